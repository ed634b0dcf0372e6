import ChevronRight from "lucide-solid/icons/chevron-right";
import CircleAlert from "lucide-solid/icons/circle-alert";
import ListChecks from "lucide-solid/icons/list-checks";
import { createMemo, For, Index, Show, type JSX } from "solid-js";

import type { ContentPart, ToolCallPart } from "../../domain/message.ts";
import { formatDuration } from "../format/duration.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { isCell } from "./call-object.ts";
import { CellGlimpse } from "./lazy-details.tsx";
import { Product } from "./product.tsx";
import { splitFold, timeOf } from "./segments.ts";
import { phaseOf, ToolCard } from "./tool-card.tsx";

/** Calls in a row, folded from four on; what they made for the person stays in sight. */
export function CallRow(props: { calls: ToolCallPart[]; live: boolean; session: SessionState }): JSX.Element {
  const split = createMemo(() => splitFold(props.calls, props.live));
  const folded = createMemo(() => new Set(split().folded));
  const products = createMemo(() => props.calls.flatMap((call) => productsOf(call, folded().has(call))));
  return (
    <>
      <div class="tools">
        <Show when={split().folded.length > 0}>
          <Fold calls={split().folded} session={props.session} />
        </Show>
        <Index each={split().open}>
          {(call) => <ToolCard call={call()} live={props.live} session={props.session} />}
        </Index>
      </div>
      <For each={products()}>
        {(part) =>
          part.type === "tool-call" ? (
            <CellGlimpse call={part} />
          ) : (
            <Product part={part} session={props.session} />
          )
        }
      </For>
    </>
  );
}

/** A cell shows its outputs itself, below its own card while that is not folded away. */
function productsOf(call: ToolCallPart, folded: boolean): (ContentPart | ToolCallPart)[] {
  if (call.state.status !== "done") return [];
  if (isCell(call)) return folded ? [call] : [];
  return (call.state.result.content ?? []).filter((part) => part.type !== "text");
}

function Fold(props: { calls: ToolCallPart[]; session: SessionState }): JSX.Element {
  const key = (): string => `fold-${props.calls[0]?.callId ?? ""}`;
  const open = (): boolean => props.session.isOpen(key());
  const failures = (): number => props.calls.filter((call) => phaseOf(call) === "failed").length;
  return (
    <div class="tool" data-phase={failures() > 0 ? "mixed" : "done"}>
      <button
        type="button"
        class="tool-line"
        aria-expanded={open()}
        onClick={() => props.session.toggleOpen(key())}
      >
        <ListChecks size={15} />
        <span class="tool-name cut">{t.chat.steps(props.calls.length)}</span>
        <span class="tool-meta numbers">{formatDuration(timeOf(props.calls))}</span>
        <Show when={failures() > 0}>
          <span class="tool-outcome" title={t.chat.failures(failures())}>
            <CircleAlert size={14} />
            <span class="hidden-label">{t.chat.failures(failures())}</span>
          </span>
        </Show>
        <ChevronRight class="tool-chevron" size={14} />
      </button>
      <Show when={open()}>
        <div class="tool-inside">
          <Index each={props.calls}>
            {(call) => <ToolCard call={call()} live={false} folded session={props.session} />}
          </Index>
        </div>
      </Show>
    </div>
  );
}
