import RotateCcwClock from "lucide-solid/icons/rotate-ccw-clock";
import { createEffect, createMemo, Show, type JSX } from "solid-js";

import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { revealSnapshot } from "../state/reveal-snapshot.ts";
import { keepChangeCounts } from "./change-counts.ts";
import { ChangeList } from "./change-list.tsx";
import { createComparison, type Comparison, type Moments } from "./comparison.ts";

/** Changed lines a card shows without a further press. */
const OPEN_LINES = 120;

/** What one tool call changed: its snapshot beside the one before. */
export function CallChange(props: { workspace: Workspace; snapshotId: string }): JSX.Element {
  const { layout } = useApp();
  const before = createLoad(
    () => props.snapshotId,
    (id) => parentOf(props.workspace, id),
  );
  const seeInTimeline = (): void => {
    revealSnapshot(props.snapshotId);
    layout.showPane("timeline");
  };
  return (
    <section class="call-change">
      <header class="row">
        <h3 class="grow">{historyTexts.changes.callChange}</h3>
        <button type="button" class="text-button small row" onClick={seeInTimeline}>
          <RotateCcwClock size={13} />
          {historyTexts.changes.seeInTimeline}
        </button>
      </header>
      <Show
        when={!before.error()}
        fallback={<Failure text={before.error()?.message} onRetry={before.reload} />}
      >
        <Show when={before.value()} fallback={<Skeleton label={t.loading} lines={2} />}>
          {(parent) => (
            <Change workspace={props.workspace} moments={{ from: parent().id, to: props.snapshotId }} />
          )}
        </Show>
      </Show>
    </section>
  );
}

async function parentOf(workspace: Workspace, id: string): Promise<{ id: string | null }> {
  const [parent] = await workspace.snapshots(1, { before: id });
  return { id: parent?.id ?? null };
}

function Failure(props: { text: string | undefined; onRetry: () => void }): JSX.Element {
  return <PaneState alert text={props.text ?? ""} action={{ label: t.retry, run: props.onRetry }} />;
}

function Change(props: { workspace: Workspace; moments: Moments & { to: string } }): JSX.Element {
  const comparison = createComparison(props.workspace, () => props.moments);
  const files = (): FileDiff[] | undefined => comparison.files();
  const read = createMemo(() => linesOfAll(comparison));
  createEffect(() => {
    const diffs = read();
    if (diffs) keepChangeCounts(props.moments.to, diffs);
  });
  return (
    <Show
      when={!comparison.error()}
      fallback={<Failure text={comparison.error()?.message} onRetry={comparison.reload} />}
    >
      <Show when={files()} fallback={<Skeleton label={t.loading} lines={2} />}>
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={<p class="small quiet">{historyTexts.changes.callNone}</p>}
          >
            <div class="call-change-box">
              <ChangeList
                workspace={props.workspace}
                moments={props.moments}
                comparison={comparison}
                files={list()}
                split={false}
                budget={OPEN_LINES}
              />
            </div>
          </Show>
        )}
      </Show>
    </Show>
  );
}

/** Every file with its lines; null until all of them were read. */
function linesOfAll(comparison: Comparison): FileDiff[] | null {
  const files = comparison.files();
  if (!files || files.length === 0) return null;
  const ready = files.flatMap((file) => {
    const detail = comparison.detail(file.path);
    return detail?.state === "ready" ? [detail.diff] : [];
  });
  return ready.length === files.length ? ready : null;
}
