import { describe, expect, it } from "vitest";

import type { Part, ToolCallPart } from "../../../src/domain/message.ts";
import { splitFold, timeOf, toSegments } from "../../../src/ui/chat/segments.ts";

let next = 0;
function call(name: string, from = 0, to = 100): ToolCallPart {
  next += 1;
  return {
    type: "tool-call",
    callId: `c${next}`,
    name,
    arguments: "{}",
    state: { status: "done", startedAt: from, endedAt: to, result: { ok: true, output: "" } },
  };
}
const step: Part = { type: "step", model: "m", startedAt: 1000, firstTokenMs: 500 };

describe("segments of a message", () => {
  it("puts calls in a row together, whatever steps lie between", () => {
    const segments = toSegments([step, call("a"), step, call("b"), { type: "text", text: "hi" }, call("c")]);
    expect(segments.map((one) => (one.kind === "calls" ? one.calls.length : one.kind))).toEqual([
      2,
      "text",
      1,
    ]);
    expect(segments.at(-1)).toMatchObject({ last: true });
  });

  it("shows the newest plan by itself and older ones as calls", () => {
    const segments = toSegments([call("mshtools-todo_write"), call("a"), call("mshtools-todo_write")]);
    expect(segments.map((one) => one.kind)).toEqual(["calls", "plan"]);
  });

  it("tells how long thinking took when a call followed it", () => {
    const parts: Part[] = [step, { type: "reasoning", text: "hm" }, call("a", 4500, 5000)];
    expect(toSegments(parts)[0]).toMatchObject({ kind: "reasoning", ms: 3000 });
    expect(toSegments(parts.slice(0, 2))[0]).toMatchObject({ ms: null });
  });

  it("folds from four on, all but the one at work", () => {
    const calls = [call("a"), call("b"), call("c"), call("d")];
    expect(splitFold(calls.slice(1), false)).toMatchObject({ folded: [], open: calls.slice(1) });
    expect(splitFold(calls, false).folded).toHaveLength(4);
    expect(splitFold(calls, true)).toMatchObject({ folded: calls.slice(0, 3), open: calls.slice(3) });
  });

  it("measures a row from its first start to its last end", () => {
    expect(timeOf([call("a", 1000, 1500), call("b", 1200, 4000)])).toBe(3000);
    expect(timeOf([])).toBe(0);
  });
});
