import ChevronDown from "lucide-solid/icons/chevron-down";
import ChevronUp from "lucide-solid/icons/chevron-up";
import Columns2 from "lucide-solid/icons/columns-2";
import TextWrap from "lucide-solid/icons/text-wrap";
import { createMemo, Show, type JSX } from "solid-js";

import type { Comparison } from "../diff/comparison.ts";
import { LineCounts } from "../diff/line-counts.tsx";
import { changeDiffOptions, diffOptions } from "../diff/view-options.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { historyTexts } from "../texts/history-texts.ts";

/** How much changed, and how it is drawn. */
export function ChangesBar(props: {
  comparison: Comparison;
  canSplit: boolean;
  onGo: (step: 1 | -1) => void;
}): JSX.Element {
  const total = createMemo(() => totalOf(props.comparison));
  return (
    <Show when={props.comparison.files()?.length}>
      {(count) => (
        <div class="changes-bar">
          <span class="small numbers">{historyTexts.timeline.files(count())}</span>
          <Show when={total()}>
            {(lines) => <LineCounts additions={lines().additions} deletions={lines().deletions} />}
          </Show>
          <span class="grow" />
          <Show when={count() > 1}>
            <IconButton label={historyTexts.changes.previous} onClick={() => props.onGo(-1)}>
              <ChevronUp size={16} />
            </IconButton>
            <IconButton label={historyTexts.changes.next} onClick={() => props.onGo(1)}>
              <ChevronDown size={16} />
            </IconButton>
          </Show>
          <IconButton
            label={historyTexts.changes.wrap}
            pressed={diffOptions().wrap}
            onClick={() => changeDiffOptions({ wrap: !diffOptions().wrap })}
          >
            <TextWrap size={15} />
          </IconButton>
          <Show when={props.canSplit}>
            <IconButton
              label={historyTexts.changes.sideBySide}
              pressed={diffOptions().split}
              onClick={() => changeDiffOptions({ split: !diffOptions().split })}
            >
              <Columns2 size={15} />
            </IconButton>
          </Show>
        </div>
      )}
    </Show>
  );
}

/** Lines of all files; null until every file's are read. */
function totalOf(comparison: Comparison): { additions: number; deletions: number } | null {
  let additions = 0;
  let deletions = 0;
  for (const file of comparison.files() ?? []) {
    const detail = comparison.detail(file.path);
    if (detail?.state !== "ready") return null;
    additions += detail.diff.additions;
    deletions += detail.diff.deletions;
  }
  return { additions, deletions };
}
