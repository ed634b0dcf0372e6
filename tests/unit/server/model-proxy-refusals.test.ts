import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP } from "./fixture.ts";
import { SERVER_KEY, startProvider } from "./provider-fixture.ts";

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

describe("what is refused", () => {
  it.each([
    ["POST", "openai/completions"],
    ["POST", "openai/files"],
    ["GET", "openai/"],
    ["GET", "openai"],
    ["POST", "openai/chat/completions/"],
    ["POST", "openai/chat/completions/../../files"],
    ["POST", "openai/chat/%2e%2e/files"],
    ["POST", "openai/chat%2fcompletions"],
    ["POST", "openai//chat/completions"],
    ["GET", "openai/models/..%2f..%2fadmin"],
    ["GET", "openai/models/%252e%252e"],
    ["GET", "openai/models/.hidden"],
    ["GET", "openai/models/a%5cb"],
    ["GET", "openai/models/"],
    ["GET", "openai/models/a//b"],
    ["GET", "openai/models/a/b/c/d/e"],
    ["GET", "openai/models/%E0%A4%A"],
    ["GET", "open%61i/models"],
  ])("%s %s", async (method, path) => {
    const { get } = provider.setUp();
    const reply = await get(`/v1/model/${path}`, {}, method);
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ error: { code: "not_found" } });
    expect(provider.received).toEqual([]);
  });

  it("a provider that is not on the list, with those that are", async () => {
    const { get } = provider.setUp();
    for (const name of ["acme", "__proto__", "constructor", "127.0.0.1:80", "OPENAI"]) {
      const reply = await get(`/v1/model/${name}/models`);
      expect(reply.status).toBe(404);
      expect(await reply.json()).toMatchObject({
        error: { code: "unknown_provider", message: expect.stringContaining("openai, moonshot") },
      });
    }
  });

  it("a method the path does not take", async () => {
    const { get } = provider.setUp();
    const reply = await get("/v1/model/openai/chat/completions");
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("POST");
    expect(await reply.json()).toMatchObject({ error: { code: "method_not_allowed" } });
    for (const method of ["DELETE", "PUT", "OPTIONS"]) {
      expect((await get("/v1/model/openai/models", {}, method)).status).toBe(405);
    }
    expect(provider.received).toEqual([]);
  });

  it.each([
    [{ origin: "https://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://abcdefgh12.okcvm.localhost:8787" }],
    [{ origin: "https://okcvm.localhost:8787" }],
    [{ origin: "http://localhost:3000" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ origin: APP, "sec-fetch-site": "same-site" }],
  ])("a foreign page: %j", async (headers: Record<string, string>) => {
    const { post, get } = provider.setUp({ OKCVM_MODEL_KEY_OPENAI: SERVER_KEY });
    for (const reply of [
      await post("openai/chat/completions", headers),
      await get("/v1/model/openai/models", headers),
    ]) {
      expect(reply.status).toBe(403);
      expect(await reply.json()).toMatchObject({ error: { code: "foreign_origin" } });
      expect(reply.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect(provider.received).toEqual([]);
  });

  it("no page of the app and no program", async () => {
    const { get } = provider.setUp();
    const own = [{}, { origin: APP }, { origin: "http://localhost:8787" }, { origin: "http://[::1]:8787" }];
    for (const headers of [...own, { "sec-fetch-site": "none" }, { "sec-fetch-site": "same-origin" }]) {
      expect((await get("/v1/model/openai/models", headers as Record<string, string>)).status).toBe(200);
    }
    expect((await get("/v1/model/openai/models/org/gpt-4o:free")).status).toBe(200);
    expect((await get("/v1/model/openai/models/ft%3Agpt-4o")).status).toBe(200);
    expect(provider.received.at(-1)?.url).toBe("/v1/models/ft%3Agpt-4o");
  });

  it("a redirect, so that a key goes nowhere new", async () => {
    const { post, logged } = provider.setUp({ OKCVM_MODEL_KEY_OPENAI: SERVER_KEY });
    for (const status of [301, 302, 303, 307, 308]) {
      provider.received.length = 0;
      provider.answerWith((_, response) =>
        response.writeHead(status, { location: `${provider.url}/v1/elsewhere` }).end(),
      );
      const reply = await post("openai/chat/completions");
      expect(reply.status).toBe(502);
      expect(reply.headers.get("location")).toBeNull();
      expect(await reply.json()).toMatchObject({ error: { code: "upstream_redirect" } });
      expect(provider.received).toHaveLength(1);
    }
    expect(logged()).not.toContain("canary");
  });

  it("a body over 64 MiB, by its length or by its bytes", async () => {
    const { post } = provider.setUp();
    const said = await post("openai/images/edits", { "content-length": String(64 * 1024 * 1024 + 1) });
    expect(said.status).toBe(413);
    expect(await said.json()).toMatchObject({ error: { code: "payload_too_large" } });
    const chunk = new Uint8Array(8 * 1024 * 1024);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 9) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    const request = new Request(`${APP}/v1/model/openai/images/edits`, init);
    const { app } = provider.setUp();
    const grown = await app.request(request);
    expect(grown.status).toBe(413);
    expect(provider.received).toEqual([]);
  });
});
