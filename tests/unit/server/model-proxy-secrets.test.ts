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
});
