import { afterAll, beforeAll, expect, test } from "vitest";
import { MODEL_PRESETS } from "../../../src/domain/model-presets.ts";
import { normalizeBaseUrl, type EndpointKind } from "../../../src/domain/settings.ts";
import { testEndpoint } from "../../../src/models/test-endpoint.ts";
import { startModelServer, type ModelServer } from "../../support/model-server/model-server.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer({ models: ["speech-1", "llama3:latest"] });
});
afterAll(() => server.close());

function probe(
  kind: EndpointKind,
  model: string,
  options: { baseUrl?: string; limitMs?: number; signal?: AbortSignal } = {},
) {
  const target = {
    kind,
    endpoint: { baseUrl: options.baseUrl ?? server.url, model },
    apiKey: "sk-1",
    fetch: (url: string, init?: RequestInit) => fetch(url, init),
  };
  return testEndpoint(target, options.signal ?? new AbortController().signal, options.limitMs);
}

test("a chat model answers, and its words are shown", async () => {
  server.script([{ dialect: "deepseek", reasoning: "Hm", text: "ready" }]);
  const result = await probe("chat", "test-model");
  expect(result).toMatchObject({ ok: true, message: `test-model answered "ready" in ${result.ms} ms.` });
  expect(server.requests.at(-1)?.body?.messages).toEqual([
    { role: "user", content: "Reply with the word ready." },
  ]);
});

test("a refusal is told in its words", async () => {
  server.script([{ status: 401, body: { error: { message: "No such key" } } }]);
  const result = await probe("chat", "test-model");
  expect(result).toMatchObject({ ok: false });
  expect(result.message).toMatch(/did not accept the key \(401\).*No such key/);
});

test("silence ends at the limit, and a stop is a stop", async () => {
  server.script(["hang"]);
  expect((await probe("chat", "test-model", { limitMs: 100 })).message).toMatch(
    /did not answer within 0.1 seconds/,
  );
  const stop = new AbortController();
  const running = probe("chat", "test-model", { signal: stop.signal });
  stop.abort();
  expect(await running).toMatchObject({ ok: false, message: "The test was stopped." });
});

test("other models are looked up in the list", async () => {
  expect(await probe("speech", "speech-1")).toMatchObject({
    ok: true,
    message: expect.stringMatching(/lists speech-1 in \d+ ms/),
  });
  expect(server.others.at(-1)?.headers["authorization"]).toBe("Bearer sk-1");
  expect(await probe("image", "llama3")).toMatchObject({ ok: true });
  expect((await probe("image", "dall")).message).toMatch(
    /does not list dall. It lists 2, among them: speech-1, llama3:latest/,
  );
  expect((await probe("image", "dall", { baseUrl: `${server.url}/nowhere` })).message).toMatch(
    /no list of models \(404\)/,
  );
  expect((await probe("sound", "x", { baseUrl: "http://127.0.0.1:9/v1" })).message).toMatch(
    /Nothing answered at http:\/\/127.0.0.1:9\/v1/,
  );
});

test("what is not filled in is asked for", async () => {
  expect(await probe("chat", "", {})).toMatchObject({ ok: false, message: "Enter a model's name first." });
  expect(await probe("chat", "m", { baseUrl: "" })).toMatchObject({
    ok: false,
    message: "Enter a base URL first.",
  });
});

test("every preset has a base URL in its one spelling, and a key page over https where it needs a key", () => {
  expect(new Set(MODEL_PRESETS.map((preset) => preset.id)).size).toBe(MODEL_PRESETS.length);
  for (const preset of MODEL_PRESETS) {
    expect(normalizeBaseUrl(preset.baseUrl)).toBe(preset.baseUrl);
    expect(preset.keyUrl?.startsWith("https://") ?? false).toBe(preset.needsKey);
  }
});
