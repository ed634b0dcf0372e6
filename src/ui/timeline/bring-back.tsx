import { createMemo, createSignal, For, Show, type JSX } from "solid-js";

import { baseName } from "../../domain/paths.ts";
import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { restorePaths } from "./history-actions.ts";
import { versionsOf, type Place, type Version } from "./versions.ts";

/** One file brought back as it was at either moment. */
export function BringBack(
  props: Place & { workspace: Workspace; file: FileDiff; blocked: boolean },
): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const versions = createMemo(() => versionsOf(props.file, props));
  const bring = async ({ id, done }: Version): Promise<void> => {
    if (busy()) return;
    setBusy(true);
    const { path, oldPath } = props.file;
    const paths = oldPath === undefined ? [path] : [path, oldPath];
    await restorePaths(props.workspace, id, { paths, name: baseName(path), done });
    setBusy(false);
  };
  return (
    <>
      <Show when={versions().some((version) => version.name)}>
        <span class="small quiet" aria-hidden="true">
          {historyTexts.changes.bringBack}
        </span>
      </Show>
      <For each={versions()}>
        {(version) => (
          <button
            type="button"
            class="text-button small"
            disabled={props.blocked || busy()}
            aria-label={version.name}
            title={props.blocked ? historyTexts.timeline.whileRunning : version.name}
            onClick={() => void bring(version)}
          >
            {version.words}
          </button>
        )}
      </For>
    </>
  );
}
