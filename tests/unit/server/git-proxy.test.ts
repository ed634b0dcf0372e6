import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../sync-server/config-error.ts";
import { readConfig } from "../../../sync-server/config.ts";
import { startGitServer, type GitServer } from "../../support/git-server/git-server.ts";
import { startPassingServer } from "../../support/git-server/passing-server.ts";
import { APP, gate, makeApp, serveOn127 } from "./fixture.ts";

const CANARY = "canary-token-51";
const REFS = "info/refs?service=git-upload-pack";
const ADVERTISEMENT = "application/x-git-upload-pack-advertisement";
const HTTP = { "x-git-scheme": "http" };

let host: GitServer;
beforeAll(async () => {
  host = await startGitServer();
  await host.create("a/b.git");
});
afterAll(() => host.stop());
beforeEach(() => {
  host.received.length = 0;
  host.answerWith(() => false);
});

/** An app that may call the test's Git host. */
function setUp(environment: Record<string, string> = {}) {
  const made = makeApp({ OKCVM_PRIVATE_HOSTS: host.host, ...environment });
  const call = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    made.app.request(`${APP}/v1/git/${path}`, { headers: { ...HTTP, ...headers }, ...init });
  return { ...made, call };
}

const refsOf = (path = "a/b.git") => `${host.host}/${path}/${REFS}`;

describe("what is passed on", () => {
  it("is Git's three requests, with a short list of headers", async () => {
    const { call } = setUp();
    const reply = await call(refsOf(), {
      "x-git-authorization": "Basic Y2FuYXJ5",
      "git-protocol": "version=2",
      accept: "*/*",
      authorization: "Bearer of-this-site",
      cookie: "a=b",
      origin: APP,
      "sec-fetch-site": "same-origin",
      "x-forwarded-for": "10.1.1.1",
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe(ADVERTISEMENT);
    const [request] = host.received;
    expect(request).toMatchObject({ method: "GET", url: `/a/b.git/${REFS}` });
    expect(request?.headers).toMatchObject({
      host: host.host,
      authorization: "Basic Y2FuYXJ5",
      "git-protocol": "version=2",
      accept: "*/*",
      "user-agent": "git/okcvm",
      "accept-encoding": "identity",
      via: "1.1 okcvm",
    });
    for (const name of [
      "cookie",
      "origin",
      "x-forwarded-for",
      "x-git-authorization",
      "x-git-scheme",
      "referer",
    ]) {
      expect(request?.headers, name).not.toHaveProperty(name);
    }
    for (const service of ["git-upload-pack", "git-receive-pack"]) {
      const type = `application/x-${service}-request`;
      const posted = await call(
        `${host.host}/a/b.git/${service}`,
        { "content-type": type },
        { method: "POST", body: "0000" },
      );
      expect(posted.headers.get("content-type")).toBe(`application/x-${service}-result`);
      expect(host.received.at(-1)?.headers["content-type"]).toBe(type);
    }
  });

  it("never is the browser's own login", async () => {
    const { call } = setUp();
    await call(refsOf(), { authorization: "Basic of-this-site" });
    expect(host.received[0]?.headers).not.toHaveProperty("authorization");
  });

  it("comes back as a stranger's words that cannot act here", async () => {
    const { call } = setUp();
    host.answerWith((_, response) => {
      const headers = {
        "content-type": "text/html",
        "set-cookie": "a=b",
        "www-authenticate": "Basic",
        "retry-after": "7",
      };
      response.writeHead(401, headers).end(`<script>alert(1)</script>${"x".repeat(100_000)}`);
      return true;
    });
    const reply = await call(refsOf());
    expect(reply.status).toBe(401);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "retry-after": "7",
      "x-git-upstream": "1",
    });
    // A browser asks a person for a password when it sees the other's header.
    for (const name of ["www-authenticate", "set-cookie"]) expect(reply.headers.get(name), name).toBeNull();
    expect((await reply.text()).length).toBe(4096);
  });

  it("is not taken for Git's when it is not", async () => {
    const { call } = setUp();
    for (const type of ["text/html", "application/x-git-receive-pack-advertisement", "text/plain", ""]) {
      host.answerWith(
        (_, response) => (response.writeHead(200, type ? { "content-type": type } : {}).end("hi"), true),
      );
      const reply = await call(refsOf());
      expect(reply.status).toBe(502);
      expect(await reply.json()).toMatchObject({ error: { code: "not_git" } });
    }
    for (const [status, seen] of [
      [203, 401],
      [204, 502],
      [304, 502],
      [300, 502],
      [407, 502],
      [503, 503],
    ] as const) {
      host.answerWith((_, response) => (response.writeHead(status).end(), true));
      expect((await call(refsOf())).status).toBe(seen);
    }
    host.answerWith((request) => {
      request.socket.end("HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
      return true;
    });
    const other = await call(refsOf());
    expect([other.status, await other.json()]).toMatchObject([
      502,
      { error: { code: "upstream_unreachable", message: expect.stringContaining("protocol") as string } },
    ]);
  });

  it("says where it came from after a redirect", async () => {
    const { call } = setUp();
    host.answerWith((request, response) => {
      if (!request.url?.startsWith("/old/")) return false;
      response.writeHead(301, { location: `/a/b.git/${REFS}` }).end();
      return true;
    });
    const reply = await call(refsOf("old/b"));
    expect(reply.status).toBe(200);
    expect(reply.headers.get("x-git-location")).toBe(`http://${host.host}/a/b.git/${REFS}`);
    const post = await call(`${host.host}/old/b/git-upload-pack`, {}, { method: "POST", body: "0000" });
    expect(await post.json()).toMatchObject({ error: { code: "upstream_redirect" } });
  });
});

describe("what is refused", () => {
  it.each([
    "",
    "github.com",
    "github.com/info/refs?service=git-upload-pack",
    "github.com/a/b",
    "github.com/a/b/info/refs",
    "github.com/a/b/info/refs?service=git-archive",
    "github.com/a/b/info/refs?service=git-upload-pack&x=1",
    "github.com/a/b/info/refs?service=git-upload-pack%20",
    "github.com/a/b/git-upload-pack?x=1",
    "github.com/a/b/git-upload-archive",
    "github.com/a/b/HEAD",
    "github.com/a/b/objects/info/packs",
    "github.com//info/refs?service=git-upload-pack",
    "github.com/a//b/info/refs?service=git-upload-pack",
    `..%2f..%2fetc/${REFS}`,
    `github.com/a/..%2f..%2fb/${REFS}`,
    `github.com/a/%252e%252e/b/${REFS}`,
    `github.com/a%2fb/${REFS}`,
    `github.com/a%5cb/${REFS}`,
    `github.com/a%00b/${REFS}`,
    `github.com/a%0d%0ab/${REFS}`,
    `github.com/a%3fb/${REFS}`,
    `github.com/a%23b/${REFS}`,
    `github.com/..;/b/${REFS}`,
    `github.com/%E0%A4%A/${REFS}`,
    `user@github.com/a/b/${REFS}`,
    `user:pw@github.com/a/b/${REFS}`,
    `github.com%40evil.example/a/b/${REFS}`,
    `github.com%2fevil.example/a/b/${REFS}`,
    `github.com:443:80/a/b/${REFS}`,
    `github.com:x/a/b/${REFS}`,
    `github.com:99999/a/b/${REFS}`,
    `https://github.com/a/b/${REFS}`,
    `[::1/a/b/${REFS}`,
    `1.2.3.4.5/a/b/${REFS}`,
  ])("the path %s", async (path) => {
    const { call } = setUp();
    const reply = await call(path);
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ error: { code: "not_found" } });
  });

  it("climbing, which a URL undoes before it arrives", async () => {
    const { get } = setUp();
    for (const path of ["/v1/git/../info", "/v1/git/%2e%2e/info", "/v1/git/github.com/%2E./../../info"]) {
      const reply = await get(path);
      expect([200, 404]).toContain(reply.status);
      expect(reply.headers.get("x-git-upstream")).toBeNull();
    }
  });

  it.each([
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "224.0.0.1",
    "localhost",
    "github.com:22",
    "github.com:8443",
  ])("the host %s", async (name) => {
    const { call } = setUp();
    const reply = await call(`${name}/a/b/${REFS}`, { "x-git-scheme": "https" });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ error: { code: "blocked_target" } });
  });

  it("plain http to a host that is not listed", async () => {
    const { call } = setUp();
    const reply = await call(`github.com/a/b/${REFS}`);
    expect(await reply.json()).toMatchObject({
      error: { code: "blocked_target", message: expect.stringContaining("https only") },
    });
  });

  it("the listed host's other ports, and a redirect to them", async () => {
    const other = await serveOn127((_, response) => void response.end("secret"));
    const { call } = setUp();
    const direct = await call(`127.0.0.1:${other.port}/a/b/${REFS}`);
    expect(await direct.json()).toMatchObject({ error: { code: "blocked_target" } });
    host.answerWith(
      (_, response) => (response.writeHead(302, { location: `${other.url}/secret` }).end(), true),
    );
    const led = await call(refsOf());
    expect(led.status).toBe(403);
    expect(await led.json()).toMatchObject({ error: { code: "blocked_target" } });
    await other.stop();
  });

  it("another method", async () => {
    const { call } = setUp();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"]) {
      const reply = await call(refsOf(), {}, { method });
      expect([method, reply.status, reply.headers.get("allow")]).toEqual([method, 405, "GET"]);
    }
    expect((await call(`${host.host}/a/b.git/git-upload-pack`)).status).toBe(405);
    expect(host.received).toEqual([]);
  });

  it.each([
    [{ origin: "https://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://abcdefgh12.okcvm.localhost:8787" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
  ])("a foreign page: %j", async (headers: Record<string, string>) => {
    const { call } = setUp();
    const reply = await call(refsOf(), headers);
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({
      error: { code: "foreign_origin", message: expect.stringContaining("Git proxy") },
    });
    expect(host.received).toEqual([]);
  });

  it("a request that came through a server like this", async () => {
    const { call } = setUp();
    const reply = await call(refsOf(), { via: "1.1 edge, 1.1 okcvm" });
    expect(reply.status).toBe(508);
    expect(host.received).toEqual([]);
  });

  it("a push or an answer over the limit", async () => {
    const { call } = setUp({ OKCVM_GIT_MAX_MB: "1" });
    const post = { method: "POST", body: new Uint8Array(1024 * 1024 + 1) };
    const said = await call(`${host.host}/a/b.git/git-receive-pack`, { "content-length": "1048577" }, post);
    expect(said.status).toBe(413);
    const grown = await call(`${host.host}/a/b.git/git-receive-pack`, {}, post);
    expect(grown.status).toBe(413);
    expect(await grown.json()).toMatchObject({ error: { code: "payload_too_large" } });
    host.answerWith((_, response) => {
      response
        .writeHead(200, { "content-type": ADVERTISEMENT, "content-length": 2_000_000 })
        .end(Buffer.alloc(2_000_000));
      return true;
    });
    expect(await (await call(refsOf())).json()).toMatchObject({ error: { code: "upstream_too_large" } });
    host.answerWith(
      (_, response) => (
        response.writeHead(200, { "content-type": ADVERTISEMENT }).end(Buffer.alloc(2_000_000)),
        true
      ),
    );
    await expect((await call(refsOf())).text()).rejects.toThrow();
  });
});

describe("a host that fails", () => {
  it("is told in words", async () => {
    const gone = await serveOn127(() => undefined);
    await gone.stop();
    const { call } = setUp({
      OKCVM_PRIVATE_HOSTS: `${host.host},127.0.0.1:${gone.port},no-such-host.invalid`,
    });
    const cases: [string, Record<string, string>, string][] = [
      [`127.0.0.1:${gone.port}/a/b/${REFS}`, {}, "Nothing answers"],
      [`no-such-host.invalid/a/b/${REFS}`, {}, "could not be resolved"],
      [refsOf(), { "x-git-scheme": "https" }, "does not speak https"],
    ];
    for (const [path, headers, words] of cases) {
      const reply = await call(path, headers);
      expect(reply.status).toBe(502);
      expect(await reply.json()).toEqual({
        error: { code: "upstream_unreachable", message: expect.stringContaining(words) },
      });
    }
  });

  it("is told when the client goes away", async () => {
    const { app } = setUp();
    const arrived = gate();
    const left = gate();
    host.answerWith((_, response) => {
      response.on("close", () => left.open());
      arrived.open();
      return true;
    });
    const stop = new AbortController();
    const reply = app.request(
      new Request(`${APP}/v1/git/${refsOf()}`, { headers: HTTP, signal: stop.signal }),
    );
    await arrived.opened;
    stop.abort();
    await left.opened;
    expect((await reply).status).toBe(499);
  });

  it("cuts the client's answer where its own was cut, and hears of a client that leaves, over real sockets", async () => {
    const server = await startPassingServer(host.host);
    const url = `${server.origin}/v1/git/${refsOf()}`;
    host.answerWith((_, response) => {
      response.writeHead(200, { "content-type": ADVERTISEMENT }).write("some", () => response.destroy());
      return true;
    });
    const cut = await fetch(url, { headers: HTTP });
    await expect(cut.text()).rejects.toThrow();
    const left = gate();
    host.answerWith((_, response) => {
      response.on("close", () => left.open());
      response.writeHead(200, { "content-type": ADVERTISEMENT }).write("some");
      return true;
    });
    const stop = new AbortController();
    const reply = await fetch(url, { headers: HTTP, signal: stop.signal });
    await reply.body?.getReader().read();
    stop.abort();
    await left.opened;
    await server.stop();
  });
});

describe("secrets", () => {
  it("are in no log line and no error", async () => {
    const { call, logged } = setUp({ LOG_LEVEL: "trace" });
    const secret = { "x-git-authorization": `Basic ${CANARY}`, cookie: CANARY, authorization: CANARY };
    const replies = [
      await call(refsOf(), secret),
      await call(refsOf(`${CANARY}/b`), secret),
      await call(`127.0.0.1/${CANARY}/b/${REFS}`, secret),
      await call(`${CANARY}@github.com/a/b/${REFS}`, secret),
      await call(`${CANARY}.invalid/a/b/${REFS}`, { ...secret, "x-git-scheme": "https" }),
      await call(refsOf(), { ...secret, origin: `https://${CANARY}.example` }),
      await call(`${host.host}/a/b.git/git-upload-pack`, secret, { method: "POST", body: CANARY }),
    ];
    host.answerWith((_, response) => (response.destroy(), true));
    replies.push(await call(refsOf(), secret));
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 403, 404, 502, 403, 415, 502]);
    expect(logged()).toContain("git git-upload-pack refs");
    expect(logged()).not.toContain(CANARY);
    for (const reply of replies.slice(2, 6)) expect(await reply.text()).not.toContain(CANARY);
  });
});

describe("the configuration", () => {
  it("allows nothing private and 1 GiB when it says nothing", () => {
    expect(readConfig({}).git).toEqual({ privateHosts: new Set(), maxBytes: 1024 ** 3 });
    expect(readConfig({ OKCVM_GIT_MAX_MB: "5", OKCVM_PRIVATE_HOSTS: "git.lan:3000" }).git).toEqual({
      privateHosts: new Set(["git.lan:3000"]),
      maxBytes: 5 * 1024 ** 2,
    });
  });

  it.each([
    [{ OKCVM_PRIVATE_HOSTS: "http://git.lan" }, "hosts with or without a port"],
    [{ OKCVM_PRIVATE_HOSTS: "*" }, "hosts with or without a port"],
    [{ OKCVM_GIT_MAX_MB: "0" }, "1 to 65536"],
    [{ OKCVM_GIT_MAX_MB: "lots" }, "1 to 65536"],
  ])("stops the start for %j", (environment: Record<string, string>, words) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(words);
  });
});
