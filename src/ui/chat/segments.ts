import type { Part, ReasoningPart, StepPart, ToolCallPart } from "../../domain/message.ts";

/** A stretch of an assistant message that is drawn as one thing. */
export type Segment =
  | { kind: "text"; key: string; text: string; last: boolean }
  /** `ms` is how long it took, where the parts tell. */
  | { kind: "reasoning"; key: string; text: string; last: boolean; ms: number | null }
  | { kind: "calls"; key: string; calls: ToolCallPart[]; last: boolean }
  | { kind: "plan"; key: string; call: ToolCallPart };

export const PLAN_TOOL = "mshtools-todo_write";

/**
 * Parts as segments. Calls in a row form one, whatever steps lie between. The
 * newest plan stands by itself; older ones are calls like others.
 */
export function toSegments(parts: readonly Part[]): Segment[] {
  const planIndex = parts.findLastIndex((part) => part.type === "tool-call" && part.name === PLAN_TOOL);
  const lastIndex = parts.findLastIndex((part) => part.type !== "step");
  const segments: Segment[] = [];
  let step: StepPart | null = null;
  parts.forEach((part, index) => {
    const key = String(index);
    const last = index === lastIndex;
    if (part.type === "step") step = part;
    else if (part.type === "text") {
      if (part.text.trim() !== "" || last) segments.push({ kind: "text", key, text: part.text, last });
    } else if (part.type === "reasoning") {
      segments.push({
        kind: "reasoning",
        key,
        text: part.text,
        last,
        ms: reasoningTime(part, step, parts[index + 1]),
      });
    } else if (part.type === "tool-call") {
      if (index === planIndex) segments.push({ kind: "plan", key: part.callId, call: part });
      else addCall(segments, part, last);
    }
  });
  return segments;
}

function addCall(segments: Segment[], call: ToolCallPart, last: boolean): void {
  const before = segments.at(-1);
  if (before?.kind !== "calls") {
    segments.push({ kind: "calls", key: call.callId, calls: [call], last });
    return;
  }
  before.calls.push(call);
  before.last = last;
}

/** Thinking ends where the call it led to starts; after other parts nothing tells. */
function reasoningTime(part: ReasoningPart, step: StepPart | null, next: Part | undefined): number | null {
  if (part.text === "" || step === null || next?.type !== "tool-call" || next.state.status === "pending")
    return null;
  return Math.max(0, next.state.startedAt - step.startedAt - (step.firstTokenMs ?? 0));
}

export const FOLD_FROM = 4;

/** Which calls of a row are folded into one line: from four on, all but the one at work. */
export function splitFold(
  calls: readonly ToolCallPart[],
  live: boolean,
): { folded: ToolCallPart[]; open: ToolCallPart[] } {
  const folded = calls.length < FOLD_FROM ? [] : live ? calls.slice(0, -1) : [...calls];
  return { folded, open: calls.slice(folded.length) };
}

/** From the start of the first call to the end of the last one, in milliseconds. */
export function timeOf(calls: readonly ToolCallPart[]): number {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (const { state } of calls) {
    if (state.status === "pending") continue;
    from = Math.min(from, state.startedAt);
    to = Math.max(to, state.status === "done" ? state.endedAt : state.startedAt);
  }
  return to > from ? to - from : 0;
}
