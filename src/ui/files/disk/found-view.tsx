import FolderDown from "lucide-solid/icons/folder-down";
import { Show, type JSX } from "solid-js";

import type { ChosenFolder, FolderLook } from "../../../vm/disk/api.ts";
import { formatBytes } from "../../format/bytes.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import type { DiskFlow } from "./disk-flow.ts";
import { SkippedView } from "./report-view.tsx";

/** What is in the folder that was chosen, and what to do with it. Nothing is copied yet. */
export function FoundView(props: { chosen: ChosenFolder; look: FolderLook; flow: DiskFlow }): JSX.Element {
  const empty = (): boolean => props.look.files === 0;
  const title = (): string =>
    empty() ? diskTexts.foundEmptyTitle(props.chosen.name) : diskTexts.foundTitle(props.chosen.name);
  return (
    <div class="disk-found">
      <div class="state">
        <FolderDown size={22} />
        <h2>{title()}</h2>
        <Show when={!empty()} fallback={<p>{diskTexts.foundEmpty}</p>}>
          <p>{diskTexts.found(props.look.files, formatBytes(props.look.bytes))}</p>
          <Show when={props.look.replaced > 0}>
            <p class="disk-warning">{diskTexts.replaced(props.look.replaced)}</p>
          </Show>
        </Show>
        <div class="disk-buttons">
          <Show
            when={!empty()}
            fallback={
              <button type="button" class="button primary" onClick={() => void props.flow.link()}>
                {diskTexts.link}
              </button>
            }
          >
            <button type="button" class="button primary" onClick={() => void props.flow.bring()}>
              {diskTexts.bring(props.look.files)}
            </button>
            <button
              type="button"
              class="button"
              title={diskTexts.onlyCompareHint}
              onClick={() => void props.flow.link()}
            >
              {diskTexts.onlyCompare}
            </button>
          </Show>
          <button type="button" class="button" onClick={() => void props.flow.choose()}>
            {diskTexts.another}
          </button>
        </div>
        <Show when={!empty()}>
          <p class="disk-fine">{diskTexts.onlyCompareHint}</p>
        </Show>
      </div>
      <SkippedView skipped={props.look.skipped} />
    </div>
  );
}
