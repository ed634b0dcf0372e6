import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ModelRequest } from "../../../src/ports/chat-model.ts";
import { startModelServer, type ModelServer } from "../../support/model-server/model-server.ts";
import type { Scripted } from "../../support/model-server/reply.ts";
import { assemble, chatAt, collect, failureOf, HELLO } from "./support.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

const CANARY = 'sk-canary-7f3e+/="x';
const never = () => new AbortController().signal;

function fail(scripted: Scripted, options: { apiKey?: string; idleMs?: number } = {}) {
  server.script([scripted]);
  return failureOf(chatAt(server.url, options).stream(HELLO, never()));
}

describe("the request", () => {
  const request: ModelRequest = {
    messages: [
      { role: "system", content: "System." },
      {
        role: "user",
        content: [
          { type: "text", text: "Look: 你好" },
          { type: "image", dataUrl: "data:image/png;base64,AAAA" },
        ],
      },
      {
        role: "assistant",
        content: "",
        calls: [
          { callId: "c1", name: "t", arguments: "" },
          { callId: "c2", name: "t", arguments: '{"broken' },
        ],
      },
      { role: "tool", callId: "c1", content: "one" },
      { role: "tool", callId: "c2", content: "two" },
      { role: "assistant", content: "", calls: [] },
    ],
    tools: [{ name: "t", description: "A tool.", parameters: { type: "object", properties: {} } }],
  };

  test("is what every endpoint takes, and its size is told first", async () => {
    server.script([{ text: "ok" }]);
    const events = await collect(chatAt(server.url).stream(request, never()));
    const seen = server.requests.at(-1);
    expect(events[0]).toEqual({ type: "request", bytes: seen?.bytes });
    expect(seen?.body).toEqual({
      model: "test-model",
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: "system", content: "System." },
        {
          role: "user",
          content: [
            { type: "text", text: "Look: 你好" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "t", arguments: "{}" } },
            {
              id: "c2",
              type: "function",
              function: { name: "t", arguments: '{"unreadable_arguments":"{\\"broken"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "one" },
        { role: "tool", tool_call_id: "c2", content: "two" },
      ],
      tools: [
        {
          type: "function",
          function: { name: "t", description: "A tool.", parameters: { type: "object", properties: {} } },
        },
      ],
    });
  });

  test("carries the key, or no Authorization header at all, and none of the SDK's telemetry", async () => {
    server.script([{ text: "ok" }]);
    await collect(chatAt(server.url, { apiKey: "sk-1" }).stream(HELLO, never()));
    expect(server.requests.at(-1)?.headers["authorization"]).toBe("Bearer sk-1");
    await collect(chatAt(server.url, { apiKey: null }).stream(HELLO, never()));
    const headers = server.requests.at(-1)?.headers ?? {};
    expect(headers["authorization"]).toBeUndefined();
    expect(Object.keys(headers).filter((name) => name.startsWith("x-stainless"))).toEqual([]);
    expect(server.requests.at(-1)?.body).not.toHaveProperty("tools");
  });

  test("goes out at once: its event does not wait for the reply", async () => {
    server.script(["hang"]);
    const stop = new AbortController();
    const stream = chatAt(server.url).stream(HELLO, stop.signal)[Symbol.asyncIterator]();
    expect((await stream.next()).value).toMatchObject({ type: "request" });
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: "aborted", retryable: false });
  });
});

describe("what an endpoint does not take", () => {
  test.each([
    [400, { error: { message: "property 'stream_options' is unsupported" } }],
    [
      422,
      {
        detail: [{ loc: ["body", "stream_options", "include_usage"], msg: "Extra inputs are not permitted" }],
      },
    ],
  ])("stream_options are dropped after a %i, and stay dropped", async (status, body) => {
    server.script((request) => ("stream_options" in request ? { status, body } : { text: "ok" }));
    const chat = chatAt(server.url);
    const before = server.requests.length;
    expect(assemble(await collect(chat.stream(HELLO, never()))).text).toBe("ok");
    expect(assemble(await collect(chat.stream(HELLO, never()))).text).toBe("ok");
    expect(server.requests.length - before).toBe(3);
  });

  test("thoughts are given back to an endpoint that insists on them", async () => {
    const message =
      "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2";
    server.script((request, n) => {
      if (n === 0)
        return {
          dialect: "moonshot",
          reasoning: "I shall list.",
          calls: [{ id: "c1", name: "t", arguments: {} }],
        };
      const called = request.messages.filter((one) => one.tool_calls !== undefined);
      return called.every((one) => "reasoning_content" in one)
        ? { text: "done" }
        : { status: 400, body: { error: { message } } };
    });
    const chat = chatAt(server.url);
    await collect(chat.stream(HELLO, never()));
    const history: ModelRequest = {
      tools: [],
      messages: [
        ...HELLO.messages,
        { role: "assistant", content: "", calls: [{ callId: "c1", name: "t", arguments: "{}" }] },
        { role: "tool", callId: "c1", content: "ok" },
        { role: "assistant", content: "", calls: [{ callId: "older", name: "t", arguments: "{}" }] },
        { role: "tool", callId: "older", content: "ok" },
      ],
    };
    expect(assemble(await collect(chat.stream(history, never()))).text).toBe("done");
    const sent = server.requests.at(-1)?.body?.messages.map((one) => one["reasoning_content"]);
    expect(sent).toEqual([undefined, undefined, "I shall list.", undefined, "", undefined]);
  });

  test("the same refusal twice is an error, not a loop", async () => {
    server.script([{ status: 400, body: { error: { message: "stream_options and more" } } }]);
    const before = server.requests.length;
    await expect(failureOf(chatAt(server.url).stream(HELLO, never()))).resolves.toMatchObject({
      code: "bad-request",
    });
    expect(server.requests.length - before).toBe(2);
  });
});

describe("faults", () => {
  test("429 with and without retry-after", async () => {
    const body = { error: { message: "Slow down" } };
    expect(await fail({ status: 429, headers: { "retry-after": "7" }, body })).toMatchObject({
      code: "rate-limited",
      retryable: true,
      retryAfterMs: 7000,
      status: 429,
    });
    const plain = await fail({ status: 429, body });
    expect(plain).toMatchObject({ code: "rate-limited", retryable: true });
    expect(plain.retryAfterMs).toBeUndefined();
  });

  test("500, and a page in place of JSON", async () => {
    expect(await fail({ status: 500, body: { error: { message: "Oops" } } })).toMatchObject({
      code: "server-error",
      retryable: true,
    });
    const page = await fail({
      status: 503,
      headers: { "content-type": "text/html" },
      body: "<html><title>Bad day</title><body>x",
    });
    expect(page.message).toMatch(/It said: Bad day$/);
    expect(
      await fail({ status: 200, headers: { "content-type": "text/html" }, body: "<html>" }),
    ).toMatchObject({ code: "bad-reply", retryable: false });
  });

  test.each([1, 3])("a stream cut after %i chunks can be tried again", async (cutAfter) => {
    expect(await fail({ text: "A long enough text to be cut.", cutAfter })).toMatchObject({
      code: "bad-reply",
      retryable: true,
    });
  });

  test("a reply that closes properly but is not whole can be tried again", async () => {
    const chunk = `data: ${JSON.stringify({ choices: [{ delta: { content: "half" } }] })}\n\n`;
    expect(await fail({ chunks: [chunk] })).toMatchObject({ code: "bad-reply", retryable: true });
    expect(await fail({ chunks: [chunk, 'data: {"choices":[{"del'] })).toMatchObject({
      code: "bad-reply",
      retryable: true,
    });
    expect(await fail({ chunks: ["data: [DONE]\n\n"] })).toMatchObject({
      code: "bad-reply",
      retryable: true,
    });
    expect(await fail({ chunks: [": comment\n\n"] })).toMatchObject({ code: "bad-reply", retryable: true });
  });

  test("no answer, a reset connection and silence in the middle", async () => {
    expect(await fail("reset")).toMatchObject({ code: "unreachable", retryable: true });
    expect(await failureOf(chatAt("http://127.0.0.1:9/v1").stream(HELLO, never()))).toMatchObject({
      code: "unreachable",
    });
    expect(await fail({ text: "Some text", hangAfter: 2 }, { idleMs: 80 })).toMatchObject({
      code: "bad-reply",
      retryable: true,
    });
  });

  test("an error in the middle of a stream, with a code and without", async () => {
    const event = (error: object) => ({ chunks: [`data: ${JSON.stringify({ choices: [], error })}\n\n`] });
    expect(await fail(event({ code: 429, message: "Upstream is busy" }))).toMatchObject({
      code: "rate-limited",
      retryable: true,
    });
    expect(await fail(event({ message: "Worker died" }))).toMatchObject({
      code: "server-error",
      retryable: true,
    });
    const long = await fail(event({ message: "The request exceeds the available context size." }));
    expect(long).toMatchObject({ code: "context-overflow", retryable: false });
  });

  test("arguments that are not JSON come through as they are", async () => {
    server.script([{ calls: [{ name: "t", arguments: '{"a": ' }] }]);
    const reply = assemble(await collect(chatAt(server.url).stream(HELLO, never())));
    expect(reply.calls[0]?.arguments).toBe('{"a": ');
  });
});

describe("stopping", () => {
  test("in the middle of a reply ends the stream with aborted and closes the connection", async () => {
    server.script([{ text: "x".repeat(4000), chunkDelayMs: 5 }]);
    const before = server.aborted;
    const stop = new AbortController();
    const seen: string[] = [];
    const run = async () => {
      for await (const event of chatAt(server.url).stream(HELLO, stop.signal)) {
        seen.push(event.type);
        if (seen.length === 4) stop.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: "aborted" });
    expect(seen).toEqual(["request", "text", "text", "text"]);
    await expect.poll(() => server.aborted).toBe(before + 1);
  });

  test("a caller that stops reading leaves no request behind", async () => {
    server.script([{ text: "x".repeat(4000), chunkDelayMs: 5 }]);
    const before = server.aborted;
    for await (const event of chatAt(server.url).stream(HELLO, never())) {
      if (event.type === "text") break;
    }
    await expect.poll(() => server.aborted).toBe(before + 1);
  });

  test("before it began sends nothing", async () => {
    const before = server.requests.length;
    expect(await failureOf(chatAt(server.url).stream(HELLO, AbortSignal.abort()))).toMatchObject({
      code: "aborted",
    });
    expect(server.requests.length).toBe(before);
  });
});

describe("the key", () => {
  const echoes = [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString("base64")];
  const words = `Wrong key ${echoes.join(" ")} given`;
  test.each<Scripted>([
    { status: 401, body: { error: { message: words } } },
    { status: 400, body: words },
    { status: 429, body: { error: { message: words, metadata: { raw: words } } } },
    { status: 500, body: { detail: { nested: CANARY } } },
    { chunks: [`data: ${JSON.stringify({ error: { message: words } })}\n\n`] },
    "reset",
  ])("is in no part of the error (%#)", async (scripted) => {
    const error = await fail(scripted, { apiKey: CANARY });
    const all = inspect(error, { depth: 10, showHidden: true });
    for (const echo of [...echoes, JSON.stringify(CANARY).slice(1, -1)]) expect(all).not.toContain(echo);
  });
});
