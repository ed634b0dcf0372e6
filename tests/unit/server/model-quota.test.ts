import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { UsageReader } from "../../../sync-server/models/usage-reader.ts";
import { ModelUsage } from "../../../sync-server/repos/model-usage.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { operatedApp } from "./operated-app.ts";
import { SERVER_KEY, startProvider } from "./provider-fixture.ts";

const DAY = 24 * 60 * 60_000;

describe.each(DATABASE_KINDS)("keys that the server holds for its accounts, on $name", ({ start }) => {
  let kind: Awaited<ReturnType<typeof start>>;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    kind = await start();
    provider = await startProvider();
  }, 180_000);
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await provider?.stop();
    await kind?.stop();
  });

  const setUp = async (limits: Record<string, string> = {}) => {
    provider.setUp();
    const made = await operatedApp(await kind.newDatabase(), {
      OKCVM_MODEL_PROVIDERS: `up=${provider.url}/v1`,
      OKCVM_MODEL_KEY_UP: SERVER_KEY,
      OKCVM_ALLOW_SHARED_KEYS: "accounts",
      ...limits,
    });
    open.push(made.database);
    const call = (headers: Record<string, string> = {}) =>
      made.ask("/v1/model/up/chat/completions", { method: "POST", headers, body: { model: "m" } });
    return { ...made, call };
  };

  it("are used for an account, never for a stranger, and a key of one's own needs none", async () => {
    const { call, newPerson, logged } = await setUp();
    const { token } = await newPerson();
    for (const headers of [
      {},
      { "x-okcvm-device": "okcvm_x" },
      { "x-okcvm-device": `okcvm_${"a".repeat(43)}` },
    ])
      expect((await call(headers as Record<string, string>)).status).toBe(401);
    expect(provider.received).toHaveLength(0);
    expect((await call({ authorization: "Bearer sk-own" })).status).toBe(200);
    const reply = await call({ "x-okcvm-device": token });
    expect(reply.status).toBe(200);
    expect(provider.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer sk-own",
      `Bearer ${SERVER_KEY}`,
    ]);
    // What names the account is this server's to know.
    expect(JSON.stringify(provider.received)).not.toContain(token);
    expect(JSON.stringify([...reply.headers]) + (await reply.text()) + logged()).not.toContain(SERVER_KEY);
    expect(logged()).not.toContain(token);
  });

  it("are no longer used for a device from the moment it is revoked here", async () => {
    const { call, newPerson, ask } = await setUp();
    const { token } = await newPerson();
    expect((await call({ "x-okcvm-device": token })).status).toBe(200);
    const { devices } = (await (await ask("/v1/devices", { token })).json()) as { devices: { id: string }[] };
    const path = `/v1/devices/${devices[0]?.id}`;
    expect((await ask(path, { method: "DELETE", token })).status).toBe(204);
    expect((await call({ "x-okcvm-device": token })).status).toBe(401);
  });

  it("are counted by day, account and provider, from streams and from JSON", async () => {
    const { call, newPerson, ask } = await setUp({ OKCVM_MODEL_TOKENS_PER_DAY: "1000" });
    const [one, two] = [await newPerson(), await newPerson()];
    provider.answerWith((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"delta":{"content":"\\"usage\\": {\\"prompt_tokens\\": 9}"}}]}\n\n');
      response.end(
        'data: {"choices":[],"usage":{"prompt_tokens":120,"completion_tokens":30}}\n\ndata: [DONE]\n\n',
      );
    });
    await (await call({ "x-okcvm-device": one.token })).text();
    provider.answerWith((_, response) =>
      response.writeHead(200).end('{"choices":[],"usage":{"prompt_tokens": 7,"completion_tokens": 3}}'),
    );
    await (await call({ "x-okcvm-device": one.token })).text();
    const usage = async (token: string) =>
      (await (await ask("/v1/account/usage", { token })).json()) as { days: Record<string, unknown>[] };
    await expect
      .poll(async () => (await usage(one.token)).days)
      .toMatchObject([{ provider: "up", requests: 2, inputTokens: 127, outputTokens: 33 }]);
    expect(await usage(two.token)).toEqual({
      offered: true,
      requestsPerDay: null,
      tokensPerDay: 1000,
      days: [],
    });
  });

  it("end at the day's limit, for that account alone, also when many ask at once", async () => {
    const { call, newPerson } = await setUp({ OKCVM_MODEL_REQUESTS_PER_DAY: "5" });
    const [one, two] = [await newPerson(), await newPerson()];
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => call({ "x-okcvm-device": one.token })),
    );
    const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...Array<number>(5).fill(200), ...Array<number>(7).fill(429)]);
    const refused = replies.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused?.json()).toMatchObject({ error: { code: "used_up" } });
    expect((await call({ "x-okcvm-device": two.token })).status).toBe(200);
    expect(provider.received).toHaveLength(6);
  });

  it("count the first of a day, however many ask at once", async () => {
    const { database } = await setUp();
    const usage = new ModelUsage(database, Date.now);
    const limits = { requests: 1_000, tokens: null };
    for (let round = 0; round < 5; round += 1) {
      const waits = await Promise.all(
        Array.from({ length: 16 }, () => usage.take(`a${round}`, "up", limits)),
      );
      expect(new Set(waits)).toEqual(new Set([0]));
      expect(await usage.ofAccount(`a${round}`)).toMatchObject([{ requests: 16 }]);
    }
  });

  it("begin again the next day, and old days are forgotten", async () => {
    const { database } = await setUp();
    let now = 20_000 * DAY + 5_000;
    const usage = new ModelUsage(database, () => now);
    const limits = { requests: 1, tokens: null };
    expect(await usage.take("a", "up", limits)).toBe(0);
    expect(await usage.take("a", "up", limits)).toBe(24 * 60 * 60 - 5);
    now += DAY;
    expect(await usage.take("a", "up", limits)).toBe(0);
    await usage.add("a", "up", { input: 3, output: 4 });
    expect(await usage.ofAccount("a")).toHaveLength(2);
    expect(await usage.take("a", "up", { requests: null, tokens: 7 })).toBeGreaterThan(0);
    now += 92 * DAY;
    await usage.forgetOld();
    expect(await database.kysely.selectFrom("model_usage").selectAll().execute()).toEqual([]);
  });
});

describe("a reply's token counts", () => {
  it("are found wherever chunks are cut, and not in what a model writes", () => {
    const text = `data: {"delta":"${"x".repeat(40_000)}"}\n\ndata: {"usage":{"prompt_tokens":12,"completion_tokens":5,"x":{}}}\n\n`;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1_000, 7, 65_536]) {
      const reader = new UsageReader();
      for (let at = 0; at < bytes.length; at += size) reader.see(bytes.subarray(at, at + size));
      expect(reader.tokens).toEqual({ input: 12, output: 5 });
    }
    const none = new UsageReader();
    none.see(new TextEncoder().encode('{"choices":[]}'));
    expect(none.tokens).toBeNull();
  });
});
