import { describe, expect, it } from "vitest";
import { APP, makeApp, NAVIGATION, SITE } from "./fixture.ts";

describe("the host guard", () => {
  const { get } = makeApp();

  it.each([
    "evil.example",
    "okcvm.localhost",
    "okcvm.localhost:8788",
    "okcvm.localhost:8787.evil.example",
    "evil.example:8787",
    "localhost",
    "localhost:80",
    "127.0.0.1:9",
    "127.0.0.2:8787",
    "short.okcvm.localhost:8787",
    "two.labels12.okcvm.localhost:8787",
    "under_score1.okcvm.localhost:8787",
    `${"a".repeat(41)}.okcvm.localhost:8787`,
    ".okcvm.localhost:8787",
    "okcvm.localhost:8787@evil.example",
    "okcvm.localhost.:8787",
  ])("refuses %s", async (host) => {
    const page = await get("/", { host, ...NAVIGATION });
    expect(page.status).toBe(421);
    expect(await page.text()).toContain("http://okcvm.localhost:8787");
    const api = await get("/v1/info", { host });
    expect(api.status).toBe(421);
    expect(await api.json()).toMatchObject({ error: { code: "misdirected_request" } });
  });

  it.each(["okcvm.localhost:8787", "OKCVM.localhost:8787", "localhost:8787", "127.0.0.1:8787", "[::1]:8787"])(
    "serves programs on %s",
    async (host) => {
      const reply = await get("/v1/info", { host });
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({
        name: "okcvm",
        appOrigin: APP,
        sitesHost: "okcvm.localhost:8787",
      });
    },
  );

  it("knows a default port written out or left out", async () => {
    const https = makeApp({ OKCVM_PUBLIC_URL: "https://okcvm.example.com" });
    for (const host of ["okcvm.example.com", "okcvm.example.com:443"]) {
      expect((await https.get("/healthz", { host })).status).toBe(200);
    }
    expect((await https.get("/healthz", { host: "okcvm.example.com:80" })).status).toBe(421);
    expect((await https.get("/", { host: "abcdefgh.okcvm.example.com:443" })).status).toBe(404);
    const port80 = makeApp({ PORT: "80" });
    expect((await port80.get("/healthz", { host: "localhost" })).status).toBe(200);
  });
});

describe("an alias of the app", () => {
  const { get } = makeApp();

  it("sends a person's browser to the one origin, path and query kept", async () => {
    const reply = await get("/chat/a%20b?x=1&y=%2F", { host: "localhost:8787", ...NAVIGATION });
    expect(reply.status).toBe(307);
    expect(reply.headers.get("location")).toBe(`${APP}/chat/a%20b?x=1&y=%2F`);
    expect(reply.headers.get("set-cookie")).toBeNull();
  });

  it("cannot be made to send it elsewhere", async () => {
    for (const path of ["//evil.example/", "/\\evil.example", "/@evil.example", "///evil.example"]) {
      const reply = await get(`http://localhost:8787${path}`, NAVIGATION);
      expect(reply.status).toBe(307);
      expect(new URL(reply.headers.get("location") ?? "").origin).toBe(APP);
    }
  });

  it("serves everything that is not a document navigation", async () => {
    const frame = { ...NAVIGATION, "sec-fetch-dest": "iframe" };
    expect((await get("/", { host: "localhost:8787", ...frame })).status).toBe(200);
    expect((await get("/sw.js", { host: "127.0.0.1:8787" })).status).toBe(200);
  });

  it("is not made of the public URL itself", async () => {
    expect((await get("/", NAVIGATION)).status).toBe(200);
  });
});

describe("headers of the app", () => {
  const { get } = makeApp();

  it.each(["/", "/assets/main-1a2b.js", "/missing.js", "/v1/info", "/v1/nothing", "/healthz"])(
    "%s",
    async (path) => {
      const { headers } = await get(path, path === "/" ? NAVIGATION : {});
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("set-cookie")).toBeNull();
      const embeddable = path.startsWith("/assets/main");
      expect(headers.get("cross-origin-resource-policy")).toBe(embeddable ? "cross-origin" : "same-origin");
      expect(headers.get("access-control-allow-origin")).toBe(embeddable ? "*" : null);
    },
  );

  it("has a policy without inline or evaluated script", async () => {
    const { headers } = await get("/", NAVIGATION);
    const policy = headers.get("content-security-policy") ?? "";
    const directives = new Map(
      policy.split("; ").map((part) => [part.split(" ")[0], part.split(" ").slice(1)]),
    );
    expect(directives.get("default-src")).toEqual(["'none'"]);
    expect(directives.get("script-src")).toEqual([
      "'self'",
      "'wasm-unsafe-eval'",
      "'sha256-AAAABBBBCCCCDDDD='",
    ]);
    expect(directives.get("style-src")).toEqual(["'self'"]);
    expect(directives.get("frame-src")).toEqual(["'self'", "blob:", "http://*.okcvm.localhost:8787"]);
    expect(directives.get("frame-ancestors")).toEqual(["'self'"]);
    expect(directives.get("base-uri")).toEqual(["'none'"]);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
  });

  it("turns features off, and leaves isolation to be passed on to the engine frame", async () => {
    const policy = (await get("/", NAVIGATION)).headers.get("permissions-policy") ?? "";
    for (const name of ["camera", "geolocation", "payment", "usb"]) expect(policy).toContain(`${name}=()`);
    expect(policy).not.toContain("cross-origin-isolated");
  });

  it("frames sites over https where the app is", async () => {
    const https = makeApp({
      OKCVM_PUBLIC_URL: "https://okcvm.example.com",
      OKCVM_SITES_HOST: "sites.example.net",
    });
    const { headers } = await https.get("/healthz", { host: "okcvm.example.com" });
    expect(headers.get("content-security-policy")).toContain(
      "frame-src 'self' blob: https://*.sites.example.net;",
    );
  });
});

describe("a site's host", () => {
  const { get } = makeApp();

  it("serves the bridge with the app's origin written in", async () => {
    const reply = await get(`${SITE}/__okcvm/bridge.html`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await reply.text()).toBe(`<!doctype html><meta name="app" content="${APP}"><i>${APP}</i>`);
    expect(reply.headers.get("content-security-policy")).toBe(
      `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; frame-ancestors ${APP}`,
    );
  });

  it("serves the bridge's script and the worker", async () => {
    const script = await get(`${SITE}/__okcvm/bridge.js`);
    expect(await script.text()).toBe("// bridge\n");
    const worker = await get(`${SITE}/__okcvm/worker.js`);
    expect(worker.headers.get("service-worker-allowed")).toBe("/");
    expect(worker.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(worker.headers.get("content-security-policy")).toBe("default-src 'none'; connect-src 'self'");
    for (const { headers } of [script, worker]) {
      expect(headers.get("cache-control")).toBe("no-cache");
      expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
    const again = await get(`${SITE}/__okcvm/worker.js`, {
      "if-none-match": worker.headers.get("etag") ?? "",
    });
    expect(again.status).toBe(304);
    expect(again.headers.get("service-worker-allowed")).toBe("/");
  });

  it.each([
    ["/", "GET"],
    ["/index.html", "GET"],
    ["/v1/info", "GET"],
    ["/v1/model/openai/models", "GET"],
    ["/v1/model/openai/chat/completions", "POST"],
    ["/healthz", "GET"],
    ["/assets/main-1a2b.js", "GET"],
    ["/sw.js", "GET"],
    ["/__okcvm/", "GET"],
    ["/__okcvm/..%2f..%2fapp/index.html", "GET"],
    ["/__okcvm/%2e%2e/csp.json", "GET"],
  ])("answers %s %s with its own page and nothing of the app", async (path, method) => {
    const reply = await get(SITE + path, NAVIGATION, method);
    expect(reply.status).toBe(404);
    const html = await reply.text();
    expect(html).toContain("This site is in another browser");
    expect(html).toContain(`href="${APP}"`);
    expect(reply.headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors ${APP}`,
    );
    expect(reply.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(reply.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  });

  it("has a page that loads nothing", async () => {
    const html = await (await get(`${SITE}/`)).text();
    expect(html).not.toMatch(/<script|<link|<img|url\(|@import|src=/);
  });
});
