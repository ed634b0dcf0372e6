import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServerInfo } from "../../../src/domain/server-info.ts";
import { createOpenAiChat } from "../../../src/models/openai-chat.ts";
import { createRoutedFetch, type Route, type RouteOptions } from "../../../src/models/route.ts";
import { startModelServer, type ModelServer } from "../../support/model-server/model-server.ts";
import { assemble, collect, failureOf, HELLO } from "./support.ts";

const SERVER = "http://okcvm.localhost:8787";
const BASE = "https://api.example.com/v1";
const INFO: ServerInfo = {
  name: "okcvm",
  version: "1",
  appOrigin: SERVER,
  sitesHost: "okcvm.localhost:8787",
  providers: [{ name: "example", baseUrl: `${BASE}/`, hasKey: false }],
};
const WITH_KEY: ServerInfo = { ...INFO, providers: [{ name: "example", baseUrl: BASE, hasKey: true }] };

/** A network in which only some origins answer; others reject as a browser does for every reason. */
function network(answering: string[]) {
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Response> => {
    asked.push(url);
    if (answering.some((start) => url.startsWith(start))) return new Response("{}");
    throw new TypeError("Failed to fetch");
  };
  return { fetch, asked };
}

function route(answering: string[], options: Partial<RouteOptions> = {}) {
  const net = network(answering);
  const routed = createRoutedFetch({
    fetch: net.fetch,
    serverOrigin: SERVER,
    info: async () => INFO,
    baseUrl: BASE,
    apiKey: "sk-1",
    online: () => true,
    ...options,
  });
  return { routed, net };
}

const DIRECT = `${BASE}/chat/completions`;
const THROUGH = `${SERVER}/v1/model/example/chat/completions`;

test("a key goes straight to the endpoint, without a word to the server", async () => {
  let infos = 0;
  const { routed, net } = route([BASE], { info: async () => ((infos += 1), INFO) });
  await routed(DIRECT);
  expect(net.asked).toEqual([DIRECT]);
  expect(infos).toBe(0);
});

test("says whose it is to the server alone, and only where the server's key is asked for", async () => {
  const seen: [string, string | null][] = [];
  const fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    seen.push([url, new Headers(init?.headers).get("x-okcvm-device")]);
    if (url.startsWith(SERVER)) return new Response("{}");
    throw new TypeError("Failed to fetch");
  };
  const named = { fetch, info: async () => WITH_KEY, deviceToken: async () => "okcvm_token" };
  await route([], { ...named, apiKey: null }).routed(DIRECT);
  await route([], { ...named, apiKey: null, info: async () => INFO }).routed(DIRECT);
  await route([], { ...named, apiKey: "sk-1" }).routed(DIRECT);
  await route([], { ...named, apiKey: null, deviceToken: async () => null }).routed(DIRECT);
  expect(seen).toEqual([
    [THROUGH, "okcvm_token"],
    [DIRECT, null],
    [THROUGH, "okcvm_token"],
    [DIRECT, null],
    [THROUGH, null],
    [THROUGH, null],
  ]);
});

test("without CORS it goes through the server, and remembers that", async () => {
  const { routed, net } = route([SERVER]);
  await routed(DIRECT);
  await routed(`${BASE}/models?x=1`);
  expect(net.asked).toEqual([DIRECT, THROUGH, `${SERVER}/v1/model/example/models?x=1`]);
});

test("a shared memory spares the next fetch the detour, and a dead route is left again", async () => {
  const memory = new Map<string, Route>();
  await route([SERVER], { memory }).routed(DIRECT);
  const next = route([BASE], { memory });
  await next.routed(DIRECT);
  expect(next.net.asked).toEqual([THROUGH, DIRECT]);
  expect(memory.get(BASE)).toBe("direct");
});

test("without a key it goes through the server first where the server holds one", async () => {
  const held = route([BASE, SERVER], { apiKey: null, info: async () => WITH_KEY });
  await held.routed(DIRECT);
  expect(held.net.asked).toEqual([THROUGH]);
  const own = route([BASE, SERVER], { apiKey: null });
  await own.routed(DIRECT);
  expect(own.net.asked).toEqual([DIRECT]);
});

test("requests elsewhere, also to a host that begins alike, are not sent through the server", async () => {
  const { routed, net } = route([]);
  await expect(routed("https://api.example.com/v10/chat")).rejects.toBeInstanceOf(TypeError);
  expect(net.asked).toEqual(["https://api.example.com/v10/chat"]);
});

test("an abort passes through and is no reason to try the other way", async () => {
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Response> => {
    asked.push(url);
    throw new DOMException("Stopped", "AbortError");
  };
  const { routed } = route([], { fetch });
  await expect(routed(DIRECT)).rejects.toMatchObject({ name: "AbortError" });
  expect(asked).toEqual([DIRECT]);
});

test.each([
  ["offline", {}, { online: () => false }, /offline/],
  [
    "a provider the server has not",
    {},
    { info: async () => null },
    /Nothing answered at https:\/\/api\.example\.com\/v1.*CORS.*name=https:\/\/api\.example\.com\/v1 to OKCVM_MODEL_PROVIDERS/,
  ],
  [
    "a local program",
    {},
    { baseUrl: "http://localhost:11434/v1" },
    /OLLAMA_ORIGINS=http:\/\/okcvm\.localhost:8787 .*LM Studio/,
  ],
  [
    "another page origin",
    {},
    { baseUrl: "http://127.0.0.1:1234/v1", pageOrigin: "https://page.example" },
    /OLLAMA_ORIGINS=https:\/\/page\.example /,
  ],
  [
    "plain http from https",
    {},
    { baseUrl: "http://10.0.0.5/v1", pageOrigin: "https://page.example" },
    /plain http/,
  ],
] as [string, object, Partial<RouteOptions>, RegExp][])(
  "nothing answers: %s",
  async (_, __, options, words) => {
    const { routed } = route([], options);
    const error = await routed(`${options.baseUrl ?? BASE}/models`).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "ModelError", code: "unreachable", retryable: false });
    expect((error as Error).message).toMatch(words);
  },
);

test("what has answered before is worth another try", async () => {
  const memory = new Map<string, Route>([[BASE, "direct"]]);
  await expect(route([], { memory }).routed(DIRECT)).rejects.toMatchObject({
    code: "unreachable",
    retryable: true,
  });
});

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

test("a chat keeps the route's words, and works through the server's path", async () => {
  const passThrough = (url: string, init?: RequestInit): Promise<Response> => {
    if (!url.startsWith(`${SERVER}/v1/model/example/`))
      return Promise.reject(new TypeError("Failed to fetch"));
    return fetch(url.replace(`${SERVER}/v1/model/example`, server.url), init);
  };
  const chat = (info: ServerInfo | null) =>
    createOpenAiChat({
      endpoint: { baseUrl: BASE, model: "m" },
      apiKey: "sk-1",
      fetch: createRoutedFetch({
        fetch: passThrough,
        serverOrigin: SERVER,
        info: async () => info,
        baseUrl: BASE,
        apiKey: "sk-1",
      }),
    });
  server.script([{ text: "through" }]);
  const signal = new AbortController().signal;
  expect(assemble(await collect(chat(INFO).stream(HELLO, signal))).text).toBe("through");
  expect(server.requests.at(-1)?.headers["authorization"]).toBe("Bearer sk-1");
  const error = await failureOf(chat(null).stream(HELLO, signal));
  expect(error.code).toBe("unreachable");
  expect(error.message).toContain("OKCVM_MODEL_PROVIDERS");
});
