import { Match, Switch, type JSX } from "solid-js";

import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { ChangeList, goToFile } from "../diff/change-list.tsx";
import type { Comparison, Moments } from "../diff/comparison.ts";
import { FileActions } from "../diff/file-actions.tsx";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { BringBack } from "./bring-back.tsx";
import { ChangesBar } from "./changes-bar.tsx";

/** Changed lines that are open without a press. */
const OPEN_LINES = 400;

interface Props {
  workspace: Workspace;
  comparison: Comparison;
  moments: Moments;
  here: string | null;
  blocked: boolean;
  /** True when the two moments were chosen one by one. */
  comparing: boolean;
  split: boolean;
  /** True where there is room for two columns. */
  canSplit: boolean;
  /** The panel's title and what is above the list. */
  head: JSX.Element;
}

/** The changes between two moments: what can be done with them, and each file. */
export function ChangesPanel(props: Props): JSX.Element {
  let body!: HTMLDivElement;
  const files = (): FileDiff[] | undefined => props.comparison.files();
  return (
    <section class="changes" aria-label={historyTexts.changes.label}>
      {props.head}
      <ChangesBar
        comparison={props.comparison}
        canSplit={props.canSplit}
        onGo={(step) => goToFile(body, step)}
      />
      <div ref={(element) => (body = element)} class="changes-body">
        <Switch fallback={<Skeleton label={t.loading} />}>
          <Match when={props.comparison.error()}>
            {(error) => (
              <PaneState
                alert
                text={error().message}
                action={{ label: t.retry, run: props.comparison.reload }}
              />
            )}
          </Match>
          <Match when={files()?.length === 0}>
            <PaneState title={historyTexts.changes.noneTitle} text={historyTexts.changes.none} />
          </Match>
          <Match when={files()}>
            {(list) => (
              <ChangeList
                workspace={props.workspace}
                moments={props.moments}
                comparison={props.comparison}
                files={list()}
                split={props.split}
                budget={OPEN_LINES}
                actions={(file) => <Actions {...props} file={file} />}
              />
            )}
          </Match>
        </Switch>
      </div>
    </section>
  );
}

function Actions(props: Props & { file: FileDiff }): JSX.Element {
  return (
    <FileActions workspace={props.workspace} file={props.file}>
      <BringBack
        workspace={props.workspace}
        moments={props.moments}
        here={props.here}
        file={props.file}
        comparing={props.comparing}
        blocked={props.blocked}
      />
    </FileActions>
  );
}
