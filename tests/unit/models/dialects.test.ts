import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startModelServer, type ModelServer } from "../../support/model-server/model-server.ts";
import { DIALECTS, type Dialect, type ScriptedReply } from "../../support/model-server/reply.ts";
import { assemble, chatAt, collect, HELLO } from "./support.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

const CALLS = [
  { name: "mshtools-shell", arguments: { command: 'echo "grüße 你好 🌍"', timeout: 1000 } },
  { name: "mshtools-shell", arguments: { command: "ls" } },
  { name: "mshtools-todo_read", arguments: {} },
];
const THINKERS = new Set<Dialect>(["moonshot", "openrouter", "deepseek", "ollama", "vllm"]);
const USAGE = { input: 1200, output: 34, cached: 1000 };

function replyIn(dialect: Dialect, extra: ScriptedReply = {}): ScriptedReply {
  const reasoning = THINKERS.has(dialect) ? { reasoning: "Zuerst überlegen: 先想一想。" } : {};
  return { dialect, text: "Ich sehe nach. 我来看看 🌍.", ...reasoning, calls: CALLS, usage: USAGE, ...extra };
}

async function ask(reply: ScriptedReply) {
  server.script([reply]);
  return assemble(await collect(chatAt(server.url).stream(HELLO, new AbortController().signal)));
}

describe.each(DIALECTS)("the dialect of %s", (dialect) => {
  test("gives text, thoughts, parallel calls in order, finish and usage", async () => {
    const reply = await ask(replyIn(dialect));
    expect(reply.text).toBe("Ich sehe nach. 我来看看 🌍.");
    expect(reply.reasoning.trim()).toBe(THINKERS.has(dialect) ? "Zuerst überlegen: 先想一想。" : "");
    expect(reply.calls.map((call) => call.name)).toEqual(CALLS.map((call) => call.name));
    expect(reply.calls.map((call) => JSON.parse(call.arguments))).toEqual(
      CALLS.map((call) => call.arguments),
    );
    expect(new Set(reply.calls.map((call) => call.callId)).size).toBe(3);
    expect(reply.calls.every((call) => call.callId !== "")).toBe(true);
    expect(reply.end?.finish).toBe("tool_calls");
    expect(reply.end?.usage).toMatchObject({ input: 1200, output: 34, cachedInput: 1000 });
  });

  test("ends a reply without calls with stop", async () => {
    const reply = await ask({ dialect, text: "Fertig." });
    expect(reply).toMatchObject({ text: "Fertig.", calls: [], end: { type: "end", finish: "stop" } });
    expect(reply.end?.usage).toBeUndefined();
  });

  test.each([1, 2, 3, 4, 5])("survives bytes cut at random places (seed %i)", async (seed) => {
    const reply = await ask(replyIn(dialect, { splitSeed: seed, pieceLength: seed }));
    expect(reply.text).toBe("Ich sehe nach. 我来看看 🌍.");
    expect(reply.calls.map((call) => JSON.parse(call.arguments))).toEqual(
      CALLS.map((call) => call.arguments),
    );
  });
});

test("the last event counts though its blank line and the [DONE] mark are missing", async () => {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n`;
  const reply = await ask({ chunks: [`${chunk({ content: "Hi" }, null)}\n`, chunk({}, "stop")] });
  expect(reply).toMatchObject({ text: "Hi", end: { finish: "stop" } });
});

test("a completion that was not streamed after all is read whole", async () => {
  const message = {
    role: "assistant",
    content: "Whole.",
    tool_calls: [{ id: "a", type: "function", function: { name: "t", arguments: '{"x":1}' } }],
  };
  const body = JSON.stringify(
    {
      choices: [{ index: 0, message, finish_reason: "tool_calls" }],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    },
    null,
    2,
  );
  server.script([{ status: 200, headers: { "content-type": "application/json" }, body }]);
  const reply = assemble(await collect(chatAt(server.url).stream(HELLO, new AbortController().signal)));
  expect(reply).toEqual({
    text: "Whole.",
    reasoning: "",
    calls: [{ callId: "a", name: "t", arguments: '{"x":1}' }],
    end: { type: "end", finish: "tool_calls", usage: { input: 3, output: 2 } },
  });
});
