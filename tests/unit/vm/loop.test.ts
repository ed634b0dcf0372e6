import { beforeEach, describe, expect, test } from "vitest";

import type { OkcvmError } from "../../../src/domain/errors.ts";
import { ModelError } from "../../../src/domain/model-error.ts";
import { estimateTokens } from "../../../src/vm/context-window.ts";
import { toModelMessages } from "../../../src/vm/prompt.ts";
import { settle } from "../../support/ports/held-clock.ts";
import { faultIn, LoopBench } from "../../support/ports/loop-bench.ts";
import { calls, end, gate, says, ScriptedModel, type Beat } from "../../support/ports/scripted-model.ts";
import { ToolBench } from "../../support/ports/tool-context.ts";

let bench: LoopBench;
beforeEach(() => {
  bench = new LoopBench();
});

const failure = (
  options: { retryable?: boolean; retryAfterMs?: number; code?: OkcvmError["code"] } = {},
): ModelError => {
  const { code = "server-error", retryable = true, ...rest } = options;
  return new ModelError(code, "It failed.", { retryable, ...rest });
};

/** What must hold of every run, however it went. */
function checkEnd(): void {
  expect(bench.of("run-end")).toHaveLength(1);
  expect(bench.events.at(-1)?.type).toBe("run-end");
  for (const call of bench.calls()) expect(call.state.status).toBe("done");
  expect(faultIn([...bench.history, ...toModelMessages([bench.message], "/r")])).toBeNull();
}

describe("a run", () => {
  test("of one reply", async () => {
    const message = await bench.run(new ScriptedModel([[{ type: "request", bytes: 9 }, ...says("Hello")]]));
    expect(bench.events.map((event) => event.type)).toEqual([
      "step-start",
      "request",
      "first-token",
      "text",
      "step-end",
      "run-end",
    ]);
    expect(message).toMatchObject({
      status: "done",
      parts: [{ type: "step", model: "scripted-test", requestBytes: 9, replyBytes: 5 }, { text: "Hello" }],
    });
    checkEnd();
  });

  test("goes on until there are no more calls, and sees its own results", async () => {
    const model = new ScriptedModel([calls(["a", "t", {}]), calls(["b", "t", { n: 1 }]), says("Done")]);
    await bench.run(model);
    expect(bench.ran).toEqual(["a", "b"]);
    expect(model.requests[2]?.messages.slice(2)).toEqual([
      { role: "assistant", content: "", calls: [{ callId: "a", name: "t", arguments: "{}" }] },
      { role: "tool", callId: "a", content: "result of a" },
      { role: "assistant", content: "", calls: [{ callId: "b", name: "t", arguments: '{"n":1}' }] },
      { role: "tool", callId: "b", content: "result of b" },
    ]);
    for (const request of model.requests) expect(faultIn(request.messages)).toBeNull();
    checkEnd();
  });

  test("runs parallel calls, interleaved as they may come, with results in their order", async () => {
    const reply: Beat[] = [
      { type: "call", callId: "a", name: "one" },
      { type: "call", callId: "b", name: "two" },
      { type: "arguments", callId: "b", delta: "{" },
      { type: "arguments", callId: "a", delta: '{"x"' },
      { type: "call", callId: "c", name: "three" },
      { type: "arguments", callId: "b", delta: "}" },
      { type: "arguments", callId: "a", delta: ":1}" },
      end("tool_calls"),
    ];
    const model = new ScriptedModel([reply, says("ok")]);
    await bench.run(model);
    expect(bench.ran).toEqual(["a", "b", "c"]);
    const [spoken, ...results] = model.requests[1]?.messages.slice(2) ?? [];
    expect(spoken).toMatchObject({
      calls: [
        { callId: "a", arguments: '{"x":1}' },
        { callId: "b", arguments: "{}" },
        { callId: "c", arguments: "{}" },
      ],
    });
    expect(results.map((result) => result.role === "tool" && result.callId)).toEqual(["a", "b", "c"]);
    checkEnd();
  });

  test("stops at its step limit with every call answered", async () => {
    bench.maxSteps = 3;
    let step = 0;
    const model = new ScriptedModel(
      Array.from({ length: 9 }, () => () => calls([`c${step++}`, "t", { step }])),
    );
    expect((await bench.run(model)).status).toBe("step-limit");
    expect(model.requests).toHaveLength(3);
    expect(bench.ran).toEqual(["c0", "c1", "c2"]);
    checkEnd();
  });

  test("asks for its tools anew at each step", async () => {
    const model = new ScriptedModel([calls(["a", "t", {}]), says("ok")]);
    bench.runTool = async () => {
      bench.tools = [{ name: "new", description: "", parameters: { type: "object" } }];
      return { ok: true, output: "" };
    };
    await bench.run(model);
    expect(model.requests.map((request) => request.tools.map((tool) => tool.name))).toEqual([[], ["new"]]);
  });

  test("tells a tool's output while it runs", async () => {
    bench.runTool = async (_call, onOutput) => {
      onOutput("one ");
      onOutput("two");
      return { ok: true, output: "one two" };
    };
    await bench.run(new ScriptedModel([calls(["a", "t", {}]), says("ok")]));
    expect(bench.of("tool-output").map((event) => event.chunk)).toEqual(["one ", "two"]);
    const order = bench.events.map((event) => event.type).filter((type) => type.startsWith("tool"));
    expect(order).toEqual(["tool-start", "tool-output", "tool-output", "tool-end"]);
  });

  test("with an odd error of the model's code ends in it, not in a throw", async () => {
    const message = await bench.run(
      new ScriptedModel([[{ type: "text", delta: "so far" }, new TypeError("bug")]]),
    );
    expect(message).toMatchObject({ status: "error", error: { code: "internal", message: "bug" } });
    expect(message.parts).toContainEqual({ type: "text", text: "so far" });
    checkEnd();
  });
});

describe("with the real registry", () => {
  test("malformed arguments and unknown tools become tool errors, and the run goes on", async () => {
    const tools = new ToolBench();
    bench.runTool = (call) => tools.registry.run(call.name, call.arguments, tools.context);
    const model = new ScriptedModel([
      calls(
        ["a", "mshtools-write_file", '{"file_path":"f","content":"half a'],
        ["b", "mshtools-nope", {}],
        ["c", "mshtools-write_file", { file_path: "g", content: "x" }],
      ),
      says("I see"),
    ]);
    expect((await bench.run(model)).status).toBe("done");
    const results =
      model.requests[1]?.messages
        .filter((message) => message.role === "tool")
        .map((message) => message.content) ?? [];
    expect(results[0]).toMatch(/^Error \(bad-json\): .*again/);
    expect(results[1]).toMatch(/^Error \(unknown-tool\): .*mshtools-shell/);
    expect(results[2]).toMatch(/^Wrote/);
    expect(await tools.workspace.stat("f")).toBeNull();
    for (const request of model.requests) expect(faultIn(request.messages)).toBeNull();
    checkEnd();
  });
});

describe("retries", () => {
  test("wait 2 s, doubled each time to 30 s at most, five times; each is told with the time it begins at", async () => {
    const model = new ScriptedModel(Array.from({ length: 7 }, () => [failure()]));
    const begun = bench.clock.now();
    await bench.start(model);
    const waits = [2_000, 4_000, 8_000, 16_000, 30_000];
    let now = begun;
    for (const [at, wait] of waits.entries()) {
      expect(bench.of("retry")[at]).toMatchObject({
        attempt: at + 1,
        at: now + wait,
        reason: { code: "server-error", message: "It failed." },
      });
      await bench.clock.advance(wait - 1);
      expect(model.requests).toHaveLength(at + 1);
      await bench.clock.advance(1);
      expect(model.requests).toHaveLength(at + 2);
      now += wait;
    }
    await bench.finished;
    expect(bench.message).toMatchObject({ status: "error", error: { code: "server-error" } });
    checkEnd();
  });

  test("honour what the endpoint asks for", async () => {
    const model = new ScriptedModel([
      [failure({ code: "rate-limited", retryAfterMs: 7_500 })],
      [failure({ retryAfterMs: 0 })],
      says("ok"),
    ]);
    await bench.start(model);
    expect(bench.of("retry")[0]?.at).toBe(bench.clock.now() + 7_500);
    expect(bench.clock.slept).toEqual([7_500]);
    await bench.clock.advance(7_499);
    expect(model.requests).toHaveLength(1);
    await bench.clock.advance(1);
    await bench.clock.advance(0);
    expect(bench.message.status).toBe("done");
  });

  test("do not wait for an hour", async () => {
    expect(
      (await bench.run(new ScriptedModel([[failure({ code: "rate-limited", retryAfterMs: 3_600_000 })]])))
        .status,
    ).toBe("error");
    expect(bench.clock.slept).toEqual([]);
  });

  test.each(["unauthorized", "bad-request", "no-model"] as const)("are not made for %s", async (code) => {
    const model = new ScriptedModel([[failure({ code, retryable: false })], says("never")]);
    expect(await bench.run(model)).toMatchObject({ status: "error", error: { code } });
    expect(model.requests).toHaveLength(1);
    checkEnd();
  });

  test("drop what the failed step had written, its calls too, and keep earlier steps", async () => {
    const model = new ScriptedModel([
      calls(["a", "t", {}]),
      [{ type: "text", delta: "half" }, { type: "call", callId: "lost", name: "t" }, failure()],
      says("whole"),
    ]);
    const message = await bench.run(model);
    expect(message.parts.map((part) => part.type)).toEqual(["step", "tool-call", "step", "text"]);
    expect(message.parts.at(-1)).toEqual({ type: "text", text: "whole" });
    expect(bench.ran).toEqual(["a"]);
    expect(model.requests[2]?.messages).toEqual(model.requests[1]?.messages);
    checkEnd();
  });

  test("are made for a reply that breaks off without an end", async () => {
    expect(
      (await bench.run(new ScriptedModel([[{ type: "text", delta: "ha" }], says("whole")]))).status,
    ).toBe("done");
    expect(bench.of("retry")[0]?.reason.code).toBe("bad-reply");
  });

  test("count anew at each step", async () => {
    const four = Array.from({ length: 4 }, (): Beat[] => [failure({ retryAfterMs: 1 })]);
    expect(
      (await bench.run(new ScriptedModel([...four, calls(["a", "t", {}]), ...four, says("ok")]))).status,
    ).toBe("done");
  });

  test("can be stopped while they wait", async () => {
    await bench.start(new ScriptedModel([[failure()], says("never")]));
    bench.abort.abort();
    await bench.finished;
    expect(bench.message.status).toBe("stopped");
    expect(bench.clock.waiting).toBe(0);
    checkEnd();
  });
});

describe("a request longer than the model takes", () => {
  const overflow = (): ModelError => failure({ code: "context-overflow", retryable: false });
  const size = (model: ScriptedModel, at: number): number =>
    (model.requests[at]?.messages ?? []).reduce((sum, message) => sum + estimateTokens(message), 0);
  const exchange = (n: number, length: number): LoopBench["history"] => [
    { role: "user", content: [{ type: "text", text: `question ${n}` }] },
    { role: "assistant", content: "", calls: [{ callId: `old${n}`, name: "t", arguments: "{}" }] },
    { role: "tool", callId: `old${n}`, content: "x".repeat(length) },
    { role: "assistant", content: `answer ${n}`, calls: [] },
  ];

  test("is shrunk once, at once, and stays a valid history", async () => {
    bench.history.splice(1, 0, ...[1, 2, 3, 4].flatMap((n) => exchange(n, 20_000)));
    const model = new ScriptedModel([[overflow()], says("ok")]);
    expect((await bench.run(model)).status).toBe("done");
    expect(bench.clock.slept).toEqual([]);
    expect(bench.of("retry")).toMatchObject([{ attempt: 1, reason: { code: "context-overflow" } }]);
    expect(size(model, 1)).toBeLessThan(size(model, 0) * 0.6);
    expect(faultIn(model.requests[1]?.messages ?? [])).toBeNull();
    expect(model.requests[1]?.messages.at(-1)).toEqual({
      role: "user",
      content: [{ type: "text", text: "do it" }],
    });
  });

  test("that still is too long ends the run", async () => {
    const model = new ScriptedModel([[overflow()], [overflow()], says("never")]);
    expect(await bench.run(model)).toMatchObject({ status: "error", error: { code: "context-overflow" } });
    expect(model.requests).toHaveLength(2);
    checkEnd();
  });

  test("is shrunk below what was sent, however long the history is", async () => {
    bench.history.splice(
      1,
      0,
      ...Array.from({ length: 30 }, (_, n) => [
        {
          role: "user" as const,
          content: [{ type: "text" as const, text: `question ${n} ${"y".repeat(20_000)}` }],
        },
        { role: "assistant" as const, content: `answer ${n}`, calls: [] },
      ]).flat(),
    );
    const model = new ScriptedModel([[overflow()], says("ok")]);
    await bench.run(model);
    expect(size(model, 1)).toBeLessThan(size(model, 0) * 0.75);
  });
});

describe("a stop", () => {
  test("before it begins", async () => {
    bench.abort.abort();
    const model = new ScriptedModel([says("never")]);
    expect((await bench.run(model)).status).toBe("stopped");
    expect(model.requests).toEqual([]);
  });

  test("in the middle of text keeps what was said", async () => {
    await bench.start(
      new ScriptedModel([[{ type: "text", delta: "so far" }, gate().promise, ...says("never")]]),
    );
    bench.abort.abort();
    await bench.finished;
    expect(bench.message).toMatchObject({ status: "stopped" });
    expect(bench.message).not.toHaveProperty("error");
    expect(bench.message.parts.at(-1)).toEqual({ type: "text", text: "so far" });
    checkEnd();
  });

  test("in the middle of arguments answers the call and never runs it", async () => {
    await bench.start(
      new ScriptedModel([
        [
          { type: "call", callId: "a", name: "t" },
          { type: "arguments", callId: "a", delta: '{"file":"ha' },
          { type: "call", callId: "b", name: "t" },
          gate().promise,
          end("tool_calls"),
        ],
      ]),
    );
    bench.abort.abort();
    await bench.finished;
    expect(bench.ran).toEqual([]);
    expect(bench.calls().map((call) => call.state)).toMatchObject([
      { status: "done", result: { ok: false, error: { code: "aborted" } } },
      { status: "done", result: { ok: false, error: { code: "aborted" } } },
    ]);
    checkEnd();
  });

  test("in the middle of a tool keeps its result and answers the calls after it", async () => {
    const held = gate();
    bench.runTool = async (call) => {
      if (call.callId === "b") await held.promise;
      return { ok: call.callId !== "b", output: `of ${call.callId}` };
    };
    await bench.start(
      new ScriptedModel([calls(["a", "t", {}], ["b", "t", {}], ["c", "t", {}]), says("never")]),
    );
    bench.abort.abort();
    held.open();
    await bench.finished;
    expect(bench.ran).toEqual(["a", "b"]);
    expect(bench.calls().map((call) => call.state.status === "done" && call.state.result.output)).toEqual([
      "of a",
      "of b",
      expect.stringMatching(/stopped/),
    ]);
    expect(bench.message.status).toBe("stopped");
    checkEnd();
  });

  test("takes effect though a tool does not heed it", async () => {
    bench.runTool = () => new Promise(() => {});
    await bench.start(new ScriptedModel([calls(["a", "t", {}]), says("never")]));
    bench.abort.abort();
    await settle();
    expect(bench.ended).toBe(false);
    // The grace in which a tool that minds the signal gives its own result.
    await bench.clock.advance(1_000);
    await settle();
    expect(bench.ended).toBe(true);
  });

  test("leaves no step that looks as if the model still spoke", async () => {
    await bench.start(new ScriptedModel([[{ type: "text", delta: "x" }, gate().promise]]));
    bench.abort.abort();
    await bench.finished;
    expect(bench.message.parts[0]).toHaveProperty("endedAt");
  });
});

describe("an agent that repeats itself", () => {
  test("is told at the third time and stopped at the sixth, with every call answered", async () => {
    let n = 0;
    const model = new ScriptedModel(
      Array.from(
        { length: 9 },
        () => () => calls([`c${n++}`, "t", { same: true }], [`d${n++}`, "t", { same: true }]),
      ),
    );
    bench.runTool = async () => ({ ok: true, output: "same" });
    const message = await bench.run(model);
    expect(message).toMatchObject({
      status: "error",
      error: { code: "step-limit", message: expect.stringMatching(/again and again/) },
    });
    expect(bench.ran).toHaveLength(6);
    const hinted = bench.of("tool-end").map((event) => /Try another way/.test(event.result.output));
    expect(hinted).toEqual([false, false, true, true, true, true]);
    checkEnd();
  });

  test("is left alone when results or arguments differ", async () => {
    let n = 0;
    bench.runTool = async () => ({ ok: true, output: `poll ${n++}` });
    let m = 0;
    const same = Array.from({ length: 10 }, () => () => calls([`c${m++}`, "t", {}]));
    expect((await bench.run(new ScriptedModel([...same, says("ok")]))).status).toBe("done");
    expect(bench.of("tool-end").every((event) => /^poll \d+$/.test(event.result.output))).toBe(true);
  });
});
