import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP, makeApp } from "./fixture.ts";
import { SERVER_KEY, startProvider } from "./provider-fixture.ts";

const CANARY = "sk-canary-4f1b";

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

describe("secrets", () => {
  it("are in no log line and no error", async () => {
    const secret = { authorization: `Bearer ${CANARY}`, "x-api-key": CANARY, cookie: CANARY };
    const body = JSON.stringify({ prompt: CANARY });
    const { post, get, logged } = provider.setUp({ OKCVM_MODEL_KEY_OPENROUTER: SERVER_KEY });
    const answers = [
      await post(`openai/chat/completions?api_key=${CANARY}`, secret, body),
      await post(`openrouter/chat/completions?api_key=${CANARY}`, {}, body),
      await post(`dead/chat/completions?api_key=${CANARY}`, secret, body),
      await post(`${CANARY}/chat/completions`, secret, body),
      await post(`openai/${CANARY}`, secret, body),
      await post("openai/chat/completions", { ...secret, origin: `https://${CANARY}.example` }, body),
      await get(`/${CANARY}?key=${CANARY}`, secret),
      await get(`/v1/${CANARY}`, secret),
      await get(`/v1/model/openai/models/${CANARY}`, secret),
    ];
    provider.answerWith((_, response) => void response.destroy());
    answers.push(await post(`openai/chat/completions?api_key=${CANARY}`, secret, body));
    for (const answer of answers) expect(await answer.text()).not.toContain("canary");
    expect(logged().split("\n").length).toBeGreaterThan(10);
    expect(logged()).toContain('"route":"model openai chat/completions"');
    expect(logged()).not.toContain("canary");
  });

  it("stay out of the log when fetch's own error quotes them", async () => {
    const failing = () => Promise.reject(new TypeError(`"Bearer ${CANARY}" is an invalid header value`));
    const { app, logged } = makeApp({}, failing);
    const url = `${APP}/v1/model/openai/models`;
    const reply = await app.request(url, { headers: { authorization: `Bearer ${CANARY}` } });
    expect(reply.status).toBe(502);
    expect(await reply.text()).not.toContain("canary");
    expect(logged()).toContain("TypeError");
    expect(logged()).not.toContain("canary");
  });

  it.each([
    ["the server's", {}, SERVER_KEY],
    ["the caller's", { authorization: `Bearer ${CANARY}` }, CANARY],
  ])("are in no reply of a provider that says them again: %s", async (_, headers, key) => {
    const { post } = provider.setUp({ OKCVM_MODEL_KEY_OPENAI: SERVER_KEY });
    const type = { "content-type": "text/event-stream" };
    const pieces = [
      [`{"error":"Incorrect API key: ${key}"}`],
      [`data: ${key.slice(0, 5)}`, `${key.slice(5)} and ${key}${key.slice(0, 9)}`, "\n\n"],
      [...`sk-${key} sk-sk-canar ${key}`],
      [key.slice(0, -1)],
    ];
    for (const status of [200, 401, 500])
      for (const said of pieces) {
        provider.answerWith((_request, response) => {
          response.writeHead(status, { ...type, "x-request-id": `for ${key}`, "x-ratelimit-limit": key });
          void (async () => {
            for (const piece of said) {
              response.write(piece);
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
            response.end();
          })();
        });
        const reply = await post("openai/chat/completions", headers);
        expect(reply.status).toBe(status);
        expect(await reply.text()).toBe(said.join("").replaceAll(key, "*".repeat(key.length)));
        expect(JSON.stringify([...reply.headers])).not.toContain(key);
        expect(reply.headers.get("x-request-id")).toBe(`for ${"*".repeat(key.length)}`);
      }
  });

  it("leave a reply as it is where a local server's key is a word", async () => {
    const { post } = provider.setUp();
    provider.answerWith((_, response) => void response.end("ollama says ollama"));
    const reply = await post("openai/chat/completions", { authorization: "Bearer ollama" });
    expect(await reply.text()).toBe("ollama says ollama");
  });

  it("of this server's devices reach no provider", async () => {
    const { post } = provider.setUp();
    const token = `okcvm_${"t".repeat(43)}`;
    const reply = await post("openai/chat/completions", { authorization: `bearer ${token}` });
    expect(reply.status).toBe(400);
    expect(await reply.text()).not.toContain(token);
    expect(provider.received).toEqual([]);
  });
});
