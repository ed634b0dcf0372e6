import { createMemo, Index, Show, type JSX } from "solid-js";

import type { ToolCallPart } from "../../domain/message.ts";
import { cellOf } from "../../domain/notebook-cells.ts";
import { OutputView } from "./output-view.tsx";
import { isSightly, shownOutputs } from "./shown-outputs.ts";
import "./notebook.css";

/** What a finished cell shows while its card is shut: figures, tables, Markdown, LaTeX, JSON. */
export function CellShown(props: { call: ToolCallPart }): JSX.Element {
  const cell = createMemo(() => (props.call.state.status === "done" ? cellOf(props.call) : null));
  const shown = createMemo(() => shownOutputs(cell()?.outputs ?? []).filter(isSightly));
  return (
    <Show when={shown().length > 0}>
      <div class="cell-shown">
        <Index each={shown()}>
          {(one) => <OutputView shown={one()} cell={cell()?.executionCount ?? null} />}
        </Index>
      </div>
    </Show>
  );
}
