import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP, gate } from "./fixture.ts";
import { SERVER_KEY, startProvider } from "./provider-fixture.ts";

const CANARY = "sk-canary-4f1b";

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

describe("what is passed on", () => {
  it("is the path, the query, the body and a short list of headers", async () => {
    const { post } = provider.setUp();
    const reply = await post("openai/chat/completions?beta=1&a=b", {
      authorization: `Bearer ${CANARY}`,
      accept: "text/event-stream",
      "openai-organization": "org-1",
      "openai-project": "proj-1",
      "x-api-key": "no",
      cookie: "a=b",
      "x-forwarded-for": "10.1.1.1",
      "http-referer": "https://app.example",
      "x-title": "App",
      origin: APP,
      "sec-fetch-site": "same-origin",
    });
    expect(reply.status).toBe(200);
    const [request] = provider.received;
    expect(request).toMatchObject({ method: "POST", url: "/v1/chat/completions?beta=1&a=b" });
    expect(request?.body.toString()).toBe('{"model":"m"}');
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${CANARY}`,
      accept: "text/event-stream",
      "content-type": "application/json",
      "openai-organization": "org-1",
      "openai-project": "proj-1",
      "accept-encoding": "identity",
    });
    for (const name of [
      "x-api-key",
      "cookie",
      "x-forwarded-for",
      "http-referer",
      "x-title",
      "origin",
      "referer",
    ]) {
      expect(request?.headers, name).not.toHaveProperty(name);
    }
  });

  it("names the app to OpenRouter", async () => {
    const { post } = provider.setUp();
    await post("openrouter/chat/completions", { "http-referer": "https://app.example", "x-title": "App" });
    expect(provider.received[0]?.url).toBe("/api/v1/chat/completions");
    expect(provider.received[0]?.headers).toMatchObject({
      "http-referer": "https://app.example",
      "x-title": "App",
    });
  });

  it("is the caller's key before the server's, and none where there is none", async () => {
    const held = provider.setUp({ OKCVM_MODEL_KEY_OPENAI: SERVER_KEY });
    await held.post("openai/embeddings", { authorization: "Bearer mine" });
    await held.post("openai/embeddings");
    await held.post("openrouter/embeddings");
    expect(provider.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer mine",
      `Bearer ${SERVER_KEY}`,
      undefined,
    ]);
  });

  it("keeps the body's bytes, of any kind and with or without a length", async () => {
    const { post } = provider.setUp();
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256);
    const type = "multipart/form-data; boundary=x";
    await post("openai/audio/transcriptions", { "content-type": type, "content-length": "300000" }, bytes);
    await post("openai/audio/transcriptions", { "content-type": type }, bytes);
    expect(provider.received[0]?.headers["content-length"]).toBe("300000");
    expect(provider.received[1]?.headers["transfer-encoding"]).toBe("chunked");
    for (const { headers, body } of provider.received) {
      expect(headers["content-type"]).toBe(type);
      expect(body.equals(bytes)).toBe(true);
    }
  });
});

describe("what comes back", () => {
  it("is the status and a short list of headers", async () => {
    const { post } = provider.setUp();
    provider.answerWith((_, response) =>
      response
        .writeHead(429, {
          "content-type": "application/json",
          "retry-after": "7",
          "retry-after-ms": "7000",
          "x-ratelimit-remaining-tokens": "0",
          "x-request-id": "req-1",
          "set-cookie": "session=1",
          "access-control-allow-origin": "*",
          "content-security-policy": "default-src *",
          server: "upstream",
        })
        .end('{"error":{"message":"slow down"}}'),
    );
    const reply = await post("openai/chat/completions");
    expect(reply.status).toBe(429);
    expect(await reply.json()).toEqual({ error: { message: "slow down" } });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "content-type": "application/json",
      "retry-after": "7",
      "retry-after-ms": "7000",
      "x-ratelimit-remaining-tokens": "0",
      "x-request-id": "req-1",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
    });
    for (const name of ["set-cookie", "access-control-allow-origin", "server"]) {
      expect(reply.headers.get(name), name).toBeNull();
    }
    expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("is decoded when the provider compressed it unasked", async () => {
    const { post } = provider.setUp();
    const { gzipSync } = await import("node:zlib");
    const packed = gzipSync('{"packed":true}');
    provider.answerWith((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed),
    );
    const reply = await post("openai/chat/completions");
    expect(await reply.json()).toEqual({ packed: true });
    expect(reply.headers.get("content-encoding")).toBeNull();
    expect(reply.headers.get("content-length")).toBeNull();
  });

  it("arrives piece by piece", async () => {
    const { post } = provider.setUp();
    const second = gate();
    provider.answerWith(async (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      await second.opened;
      response.end("data: 2\n\n");
    });
    const reply = await post("openai/chat/completions");
    const reader = reply.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe("data: 1\n\n");
    second.open();
    const next = await reader?.read();
    expect(new TextDecoder().decode(next?.value)).toBe("data: 2\n\n");
    expect((await reader?.read())?.done).toBe(true);
  });

  it("fails when the provider breaks off, and is not taken for whole", async () => {
    const { post, logged } = provider.setUp();
    provider.answerWith((_, response) => response.write("data: 1\n\n", () => response.destroy()));
    const reply = await post("openai/chat/completions");
    await expect(reply.text()).rejects.toThrow();
    expect(logged()).toContain("broke its reply off");
  });
});

describe("a failing provider", () => {
  it("is a 502 in the shape clients read", async () => {
    const { post } = provider.setUp();
    const reply = await post("dead/chat/completions");
    expect(reply.status).toBe(502);
    expect(await reply.json()).toEqual({
      error: { message: expect.stringContaining("Nothing answers"), code: "upstream_unreachable" },
    });
    provider.answerWith((_, response) => void response.destroy());
    const cut = await post("openai/chat/completions");
    expect(cut.status).toBe(502);
    expect(await cut.json()).toMatchObject({ error: { code: "upstream_unreachable" } });
  });

  it("is told when the client goes away before an answer", async () => {
    const { app } = provider.setUp();
    const arrived = gate();
    const left = gate();
    provider.answerWith((_, response) => {
      response.on("close", () => left.open());
      arrived.open();
    });
    const abort = new AbortController();
    const request = new Request(`${APP}/v1/model/openai/models`, { signal: abort.signal });
    const reply = app.request(request);
    await arrived.opened;
    abort.abort();
    await left.opened;
    expect((await reply).status).toBe(499);
  });
});
