import { describe, expect, test } from "vitest";

import type { RunEvent } from "../../../src/domain/events.ts";
import type { Message, ToolCallPart, ToolResult } from "../../../src/domain/message.ts";
import { reduce } from "../../../src/domain/reduce.ts";
import { seeded } from "../../support/ports/seeded.ts";

const EMPTY: Message = {
  id: "m",
  conversationId: "c",
  parentId: "u",
  role: "assistant",
  parts: [],
  status: "running",
  createdAt: 1,
  endedAt: null,
};
const GOOD: ToolResult = { ok: true, output: "fine" };

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/** Every state is frozen, so a reducer that writes into an old one throws. */
function after(...events: RunEvent[]): Message {
  return events.reduce(
    (message, event) => freeze(reduce(message, freeze(event))),
    freeze(structuredClone(EMPTY)),
  );
}

const call = (message: Message, callId: string): ToolCallPart =>
  message.parts.find(
    (part): part is ToolCallPart => part.type === "tool-call" && part.callId === callId,
  ) as ToolCallPart;

const STEP: RunEvent = { type: "step-start", model: "m1", at: 10 };

describe("a message grows", () => {
  test("from run-start to run-end, with all a step told", () => {
    const message = after(
      { type: "run-start", user: null, assistant: EMPTY },
      STEP,
      { type: "request", bytes: 77 },
      { type: "first-token", ms: 5 },
      { type: "reasoning", delta: "hm" },
      { type: "reasoning", delta: "m" },
      { type: "text", delta: "Hel" },
      { type: "text", delta: "lo" },
      { type: "step-end", at: 30, finish: "stop", replyBytes: 8, usage: { input: 3, output: 2 } },
      { type: "run-end", at: 31, status: "done" },
    );
    expect(message).toEqual({
      ...EMPTY,
      status: "done",
      endedAt: 31,
      parts: [
        {
          type: "step",
          model: "m1",
          startedAt: 10,
          endedAt: 30,
          firstTokenMs: 5,
          requestBytes: 77,
          replyBytes: 8,
          finish: "stop",
          usage: { input: 3, output: 2 },
        },
        { type: "reasoning", text: "hmm" },
        { type: "text", text: "Hello" },
      ],
    });
  });

  test("text after a call is a part of its own, in order", () => {
    const message = after(
      STEP,
      { type: "text", delta: "a" },
      { type: "call", callId: "1", name: "t" },
      { type: "text", delta: "b" },
    );
    expect(message.parts.map((part) => part.type)).toEqual(["step", "text", "tool-call", "text"]);
  });

  test("usage that did not come stays absent", () => {
    const step = after(STEP, { type: "step-end", at: 2, finish: "stop", replyBytes: 0 }).parts[0];
    expect(step).not.toHaveProperty("usage");
  });

  test("an error is kept with its status", () => {
    const error = { code: "unreachable" as const, message: "No answer." };
    expect(after({ type: "run-end", at: 3, status: "error", error })).toMatchObject({
      status: "error",
      endedAt: 3,
      error,
    });
    expect(after({ type: "run-end", at: 3, status: "stopped" })).not.toHaveProperty("error");
  });

  test("a new step's figures go to the newest step", () => {
    const message = after(
      STEP,
      { type: "step-end", at: 11, finish: "tool_calls", replyBytes: 1 },
      { ...STEP, at: 20 },
      { type: "request", bytes: 9 },
    );
    expect(message.parts[0]).not.toHaveProperty("requestBytes");
    expect(message.parts[1]).toMatchObject({ startedAt: 20, requestBytes: 9 });
  });
});

describe("tool calls", () => {
  test("arrive interleaved", () => {
    const message = after(
      STEP,
      { type: "call", callId: "a", name: "one" },
      { type: "call", callId: "b", name: "two" },
      { type: "arguments", callId: "a", delta: '{"x"' },
      { type: "arguments", callId: "b", delta: "{}" },
      { type: "arguments", callId: "a", delta: ":1}" },
    );
    expect(call(message, "a")).toMatchObject({
      name: "one",
      arguments: '{"x":1}',
      state: { status: "pending" },
    });
    expect(call(message, "b")).toMatchObject({ name: "two", arguments: "{}" });
  });

  test("run, print and end", () => {
    const start: RunEvent[] = [
      STEP,
      { type: "call", callId: "a", name: "t" },
      { type: "tool-start", callId: "a", at: 50 },
    ];
    expect(call(after(...start), "a").state).toEqual({ status: "running", startedAt: 50, output: "" });
    const printed: RunEvent[] = [
      ...start,
      { type: "tool-output", callId: "a", chunk: "o" },
      { type: "tool-output", callId: "a", chunk: "k" },
    ];
    expect(call(after(...printed), "a").state).toMatchObject({ output: "ok" });
    const ended = after(...printed, { type: "tool-end", callId: "a", at: 60, result: GOOD });
    expect(call(ended, "a").state).toEqual({ status: "done", startedAt: 50, endedAt: 60, result: GOOD });
  });

  test("output that comes late changes nothing; a call that never began has its end for its start", () => {
    const base: RunEvent[] = [STEP, { type: "call", callId: "a", name: "t" }];
    expect(call(after(...base, { type: "tool-output", callId: "a", chunk: "x" }), "a").state).toEqual({
      status: "pending",
    });
    const done = after(...base, { type: "tool-end", callId: "a", at: 9, result: GOOD });
    expect(call(done, "a").state).toMatchObject({ startedAt: 9, endedAt: 9 });
    expect(reduce(done, { type: "tool-output", callId: "a", chunk: "x" })).toEqual(done);
  });

  test("events of an unknown call change nothing", () => {
    const message = after(STEP);
    for (const event of [
      { type: "arguments", callId: "?", delta: "x" },
      { type: "tool-start", callId: "?", at: 1 },
      { type: "tool-output", callId: "?", chunk: "x" },
      { type: "tool-end", callId: "?", at: 1, result: GOOD },
    ] satisfies RunEvent[])
      expect(reduce(message, event)).toEqual(message);
  });

  test("the same id in a later step is another call", () => {
    const message = after(
      STEP,
      { type: "call", callId: "0", name: "first" },
      { type: "tool-end", callId: "0", at: 2, result: GOOD },
      STEP,
      { type: "call", callId: "0", name: "second" },
      { type: "arguments", callId: "0", delta: "{}" },
    );
    const [first, second] = message.parts.filter((part): part is ToolCallPart => part.type === "tool-call");
    expect(first).toMatchObject({ name: "first", arguments: "", state: { status: "done" } });
    expect(second).toMatchObject({ name: "second", arguments: "{}", state: { status: "pending" } });
  });

  test("live output keeps its last 64 Ki characters", () => {
    const base: RunEvent[] = [
      STEP,
      { type: "call", callId: "a", name: "t" },
      { type: "tool-start", callId: "a", at: 1 },
    ];
    const message = after(
      ...base,
      { type: "tool-output", callId: "a", chunk: "x".repeat(65_536) },
      { type: "tool-output", callId: "a", chunk: "the end" },
    );
    const { state } = call(message, "a");
    const output = state.status === "running" ? state.output : "";
    expect(output).toHaveLength(65_536);
    expect(output.endsWith("xthe end")).toBe(true);
  });

  test("live output is not cut through a character", () => {
    const base: RunEvent[] = [
      STEP,
      { type: "call", callId: "a", name: "t" },
      { type: "tool-start", callId: "a", at: 1 },
    ];
    const { state } = call(
      after(...base, { type: "tool-output", callId: "a", chunk: `🙂${"x".repeat(65_535)}` }),
      "a",
    );
    expect(state.status === "running" ? state.output : "").not.toMatch(/^[\uDC00-\uDFFF]/);
  });
});

describe("retry", () => {
  const reason = { code: "server-error" as const, message: "Down." };

  test("drops the step that failed and keeps those before", () => {
    const before: RunEvent[] = [
      STEP,
      { type: "text", delta: "kept" },
      { type: "step-end", at: 1, finish: "tool_calls", replyBytes: 4 },
    ];
    const failed: RunEvent[] = [
      STEP,
      { type: "text", delta: "lost" },
      { type: "call", callId: "a", name: "t" },
      { type: "retry", attempt: 1, at: 99, reason },
    ];
    expect(after(...before, ...failed)).toEqual(after(...before));
  });

  test("without a step drops nothing", () => {
    expect(after({ type: "retry", attempt: 1, at: 9, reason })).toEqual(EMPTY);
  });
});

describe("purity", () => {
  test("old messages stay as they were, whatever comes (seeded)", () => {
    const random = seeded(7);
    const id = (): string => String(random(3));
    const make = (): RunEvent[] => [
      STEP,
      { type: "request", bytes: 1 },
      { type: "first-token", ms: 1 },
      { type: "text", delta: "t" },
      { type: "reasoning", delta: "r" },
      { type: "call", callId: id(), name: "n" },
      { type: "arguments", callId: id(), delta: "x" },
      { type: "tool-start", callId: id(), at: 1 },
      { type: "tool-output", callId: id(), chunk: "o" },
      { type: "tool-end", callId: id(), at: 2, result: GOOD },
      { type: "step-end", at: 3, finish: "stop", replyBytes: 1 },
      { type: "retry", attempt: 1, at: 1, reason: { code: "timeout", message: "" } },
    ];
    let message = freeze(structuredClone(EMPTY));
    for (let step = 0; step < 1_000; step++) {
      const event = make()[random(12)] as RunEvent;
      const copy = structuredClone(message);
      const next = freeze(reduce(message, event));
      expect(message).toEqual(copy);
      message = next.parts.length > 40 ? freeze(structuredClone(EMPTY)) : next;
    }
  });

  test("parts that did not change are shared", () => {
    const message = after(STEP, { type: "text", delta: "a" }, { type: "call", callId: "1", name: "t" });
    const next = reduce(message, { type: "arguments", callId: "1", delta: "{" });
    expect(next.parts[0]).toBe(message.parts[0]);
    expect(next.parts[1]).toBe(message.parts[1]);
    expect(next.parts[2]).not.toBe(message.parts[2]);
  });
});
