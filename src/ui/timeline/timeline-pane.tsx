import GitBranch from "lucide-solid/icons/git-branch";
import RotateCcwClock from "lucide-solid/icons/rotate-ccw-clock";
import { createEffect, createSignal, Match, on, Show, Switch, type JSX } from "solid-js";

import type { Snapshot } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { createComparison, type Moments } from "../diff/comparison.ts";
import { createElementWidth } from "../diff/element-width.ts";
import { diffOptions } from "../diff/view-options.ts";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { createNow } from "../state/clock.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { ChangesHead } from "./changes-head.tsx";
import { ChangesPanel } from "./changes-panel.tsx";
import { createChoice, idOf, isChosen, momentsOfChoice, type Choice, type Chosen } from "./choice.ts";
import { CompareBar } from "./compare-bar.tsx";
import { followReveal } from "./follow-reveal.ts";
import { restoreSnapshot } from "./history-actions.ts";
import { stepChoice, type RowContext } from "./moment-row.tsx";
import { createRowCounts } from "./row-counts.ts";
import { SaveBar } from "./save-bar.tsx";
import { createUnfolded, focusMoment, TimelineList } from "./timeline-list.tsx";
import { createTimelineState, type TimelineState } from "./timeline-state.ts";

/** From this width on the list and the changes stand beside each other. CSS pixels. */
const BESIDE = 720;
/** From this width on a difference may be drawn in two columns. */
const SPLIT = 900;
/** From this width on two columns leave room for the list. */
const SPLIT_BESIDE = 1_240;

/** The workspace's moments: saved, looked into, compared and gone back to. */
export function TimelinePane(props: { session: SessionState }): JSX.Element {
  const workspace = props.session.session.workspace;
  const running = (): boolean => props.session.running();
  const state = createTimelineState(workspace, running);
  const size = createElementWidth();
  return (
    <div ref={(element) => size.watch(element)} class="timeline">
      <Show when={running()}>
        <p class="timeline-note" role="status">
          {historyTexts.timeline.whileRunning}
        </p>
      </Show>
      <Switch fallback={<Skeleton label={t.loading} />}>
        <Match when={!state.snapshots() && state.error()}>
          {(error) => (
            <PaneState alert text={error().message} action={{ label: t.retry, run: state.reload }} />
          )}
        </Match>
        <Match when={state.snapshots()}>
          <MomentColumns workspace={workspace} state={state} running={running()} width={size.width()} />
        </Match>
      </Switch>
    </div>
  );
}

interface MomentsProps {
  workspace: Workspace;
  state: TimelineState;
  running: boolean;
  width: number;
}

function MomentColumns(props: MomentsProps): JSX.Element {
  let columns!: HTMLDivElement;
  const { workspace, state } = props;
  const choice = createChoice(state);
  const { chosen } = choice;
  const context = createRowContext(props, choice);
  const split = (): boolean => diffOptions().split && props.width >= SPLIT;
  const listHidden = (): boolean =>
    chosen() !== null && props.width > 0 && props.width < (split() ? SPLIT_BESIDE : BESIDE);
  const back = (): void => {
    const last = idOf(chosen());
    choice.choose(null);
    // The list was hidden until now.
    if (last !== null) queueMicrotask(() => focusMoment(columns, last));
  };
  createEffect(
    on(listHidden, (hidden) => {
      if (hidden) queueMicrotask(() => columns.querySelector<HTMLElement>(".changes-back")?.focus());
    }),
  );
  followReveal(state, (row, step) => {
    if (row.steps.length > 1) context.fold(row.snapshot.id, true);
    context.onChoose(stepChoice(step));
    queueMicrotask(() => focusMoment(columns, step.id));
  });
  return (
    <div ref={(element) => (columns = element)} class="timeline-columns">
      <div class="timeline-side" hidden={listHidden()}>
        <Show when={!isEmpty(state)} fallback={<EmptyTimeline />}>
          <SaveBar workspace={workspace} running={props.running} />
          <BranchLine state={state} />
          <TimelineList
            state={state}
            context={context}
            unsavedChosen={chosen()?.kind === "unsaved"}
            onChooseUnsaved={() => choice.choose({ kind: "unsaved" })}
          />
        </Show>
      </div>
      <Show when={chosen()}>
        {(one) => (
          <Changes
            {...props}
            chosen={one()}
            choice={choice}
            context={context}
            split={split()}
            withBack={listHidden()}
            onBack={back}
          />
        )}
      </Show>
    </div>
  );
}

/** What the rows can do and know, as signals behind plain fields. */
function createRowContext(props: MomentsProps, choice: Choice): RowContext {
  const { workspace, state } = props;
  const now = createNow(30_000);
  const [restoring, setRestoring] = createSignal(false);
  const blocked = (): boolean => props.running || restoring();
  const restore = async (snapshot: Snapshot): Promise<void> => {
    if (blocked()) return;
    setRestoring(true);
    await restoreSnapshot(workspace, snapshot);
    setRestoring(false);
  };
  return {
    get now() {
      return now();
    },
    get here() {
      return state.here();
    },
    get blocked() {
      return blocked();
    },
    counts: createRowCounts(workspace),
    isChosen: (moments) => isChosen(choice.chosen(), moments),
    ...createUnfolded(),
    onChoose: (snapshot) => choice.choose({ kind: "snapshot", ...snapshot }),
    onCompare: (snapshot) => choice.compare({ from: snapshot.id, to: null }),
    onRestore: (snapshot) => void restore(snapshot),
  };
}

function isEmpty(state: TimelineState): boolean {
  return state.snapshots()?.length === 0 && (state.unsaved.value()?.length ?? 0) === 0;
}

function EmptyTimeline(): JSX.Element {
  return (
    <PaneState
      icon={<RotateCcwClock size={22} />}
      title={historyTexts.timeline.emptyTitle}
      text={historyTexts.timeline.empty}
    />
  );
}

/** Which line of history this is, when the conversation has several. */
function BranchLine(props: { state: TimelineState }): JSX.Element {
  const words = (): string => {
    const all = props.state.branches();
    const place = all.findIndex((branch) => branch.current);
    return historyTexts.timeline.branchOf(
      place <= 0 ? historyTexts.timeline.mainBranch : historyTexts.timeline.branch(place + 1),
      all.length,
    );
  };
  return (
    <Show when={props.state.branches().length > 1}>
      <p class="timeline-branch" title={historyTexts.timeline.branchHint}>
        <GitBranch size={13} />
        {words()}
      </p>
    </Show>
  );
}

interface ChangesProps extends MomentsProps {
  chosen: Chosen;
  choice: Choice;
  context: RowContext;
  split: boolean;
  withBack: boolean;
  onBack: () => void;
}

function Changes(props: ChangesProps): JSX.Element {
  const moments = (): Moments => momentsOfChoice(props.chosen, props.state.head() ?? null);
  const comparison = createComparison(props.workspace, moments);
  return (
    <ChangesPanel
      workspace={props.workspace}
      comparison={comparison}
      moments={moments()}
      here={props.context.here}
      blocked={props.context.blocked}
      comparing={props.chosen.kind === "compare"}
      split={props.split}
      canSplit={props.width >= SPLIT}
      head={
        <>
          <ChangesHead
            chosen={props.chosen}
            here={props.context.here}
            blocked={props.context.blocked}
            now={props.context.now}
            withBack={props.withBack}
            onBack={props.onBack}
            onCompare={() => props.choice.compare(moments())}
            onRestore={props.context.onRestore}
          />
          <Show when={props.chosen.kind === "compare"}>
            <CompareBar
              snapshots={props.state.snapshots() ?? []}
              moments={moments()}
              onChange={props.choice.compare}
              onStop={props.choice.stopComparing}
            />
          </Show>
        </>
      }
    />
  );
}
