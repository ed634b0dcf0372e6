import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { APP, makeApp, NAVIGATION } from "./fixture.ts";

const { get, app } = makeApp();

describe("files", () => {
  it("have their types", async () => {
    const types: Record<string, string> = {
      "/assets/main-1a2b.js": "text/javascript; charset=utf-8",
      "/assets/engine-9f.wasm": "application/wasm",
      "/index.html": "text/html; charset=utf-8",
      "/icons/a%20b.png": "image/png",
    };
    for (const [path, type] of Object.entries(types)) {
      const reply = await get(path);
      expect(reply.status, path).toBe(200);
      expect(reply.headers.get("content-type"), path).toBe(type);
    }
  });

  it("are kept for a year under /assets/ and asked for again elsewhere", async () => {
    expect((await get("/assets/main-1a2b.js")).headers.get("cache-control")).toBe(
      "public, max-age=31536000, immutable",
    );
    for (const path of ["/", "/sw.js", "/lib/okcvm.js"]) {
      expect((await get(path, NAVIGATION)).headers.get("cache-control"), path).toBe("no-cache");
    }
  });

  it("answer 304 to a client that has them", async () => {
    const first = await get("/sw.js");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await get("/sw.js", { "if-none-match": tag });
      expect(again.status, tag).toBe(304);
      expect(await again.text()).toBe("");
      expect(again.headers.get("etag")).toBe(etag);
    }
    expect((await get("/sw.js", { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("answer HEAD with the same headers and no body", async () => {
    const head = await get("/sw.js", {}, "HEAD");
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(
      String((await (await get("/sw.js")).arrayBuffer()).byteLength),
    );
    expect(await head.text()).toBe("");
  });

  it("come compressed to a client that takes it, each form with its own tag", async () => {
    const plain = await get("/assets/main-1a2b.js");
    const gzip = await get("/assets/main-1a2b.js", { "accept-encoding": "gzip, br;q=0" });
    const brotli = await get("/assets/main-1a2b.js", { "accept-encoding": "gzip, deflate, br" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(gzip.headers.get("content-encoding")).toBe("gzip");
    expect(brotli.headers.get("content-encoding")).toBe("br");
    expect(await brotli.text()).toBe("pretend brotli");
    expect(gunzipSync(await gzip.arrayBuffer()).toString()).toBe(await plain.text());
    expect(new Set([plain, gzip, brotli].map(({ headers }) => headers.get("etag"))).size).toBe(3);
    for (const { headers } of [plain, gzip, brotli]) expect(headers.get("vary")).toBe("accept-encoding");
    expect((await get("/assets/main-1a2b.js.gz")).status).toBe(404);
    expect((await get("/sw.js", { "accept-encoding": "br" })).headers.get("content-encoding")).toBeNull();
  });

  it("are only read", async () => {
    const reply = await get("/sw.js", {}, "PUT");
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("GET, HEAD");
  });
});

describe("other addresses", () => {
  it("are the app's page for a navigation", async () => {
    for (const headers of [NAVIGATION, { accept: "text/html,*/*" }]) {
      const reply = await get("/chat/0123", headers);
      expect(reply.status).toBe(200);
      expect(await reply.text()).toContain("<title>OKCVM</title>");
    }
  });

  it("are a 404 in words for anything else", async () => {
    for (const [path, headers] of [
      ["/missing.js", NAVIGATION],
      ["/assets/old-hash.js", {}],
      ["/chat/0123", { "sec-fetch-mode": "cors", accept: "text/html" }],
      ["/chat/0123", { accept: "*/*" }],
      ["/csp.json", NAVIGATION],
      ["/linked.txt", NAVIGATION],
      ["/.env.txt", NAVIGATION],
      ["/.git/config.txt", NAVIGATION],
      ["/%E0%A4%A", NAVIGATION],
    ] as const) {
      const reply = await get(path, headers);
      expect(reply.status, path).toBe(404);
      expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(await reply.text()).toBe("There is no such file here.\n");
    }
  });

  it("lead nowhere outside", async () => {
    const attempts = [
      "/../secret.txt",
      "/assets/../../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/%252e%252e%252fsecret.txt",
      "/..%252fsecret.txt",
      "/..\\secret.txt",
      "/..%5csecret.txt",
      "/%c0%ae%c0%ae/secret.txt",
      "/./../secret.txt",
      "//etc/passwd.txt",
      "/%2fetc%2fpasswd.txt",
      "/file:///etc/passwd.txt",
      "/secret.txt%00.js",
      "/__proto__.js",
      "/index.html/../../secret.txt",
    ];
    for (const path of attempts) {
      const reply = await app.request(APP + path, { headers: { accept: "*/*" } });
      expect(reply.status, path).toBe(404);
      expect(await reply.text(), path).not.toContain("outside of what is served");
    }
  });
});

describe("the API", () => {
  it("has errors of one shape", async () => {
    for (const path of ["/v1", "/v1/", "/v1/nothing", "/v1/info/more"]) {
      const reply = await get(path, NAVIGATION);
      expect(reply.status, path).toBe(404);
      expect(await reply.json(), path).toEqual({ error: { message: expect.any(String), code: "not_found" } });
    }
  });

  it("tells of its health", async () => {
    expect(await (await get("/healthz")).json()).toEqual({ ok: true });
  });

  it("tells which provider has a key, and not the key", async () => {
    const held = makeApp({
      OKCVM_MODEL_KEY_OPENAI: "sk-canary-4f1b",
      OKCVM_MODEL_PROVIDERS: "lan=http://10.0.0.9/v1",
    });
    const text = await (await held.get("/v1/info")).text();
    expect(text).not.toContain("canary");
    expect(JSON.parse(text).providers).toEqual(
      expect.arrayContaining([
        { name: "openai", baseUrl: "https://api.openai.com/v1", hasKey: true },
        { name: "deepseek", baseUrl: "https://api.deepseek.com/v1", hasKey: false },
        { name: "lan", baseUrl: "http://10.0.0.9/v1", hasKey: false },
      ]),
    );
  });
});
