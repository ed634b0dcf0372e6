import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../../sync-server/config.ts";
import { systemResolve } from "../../../sync-server/guard/check-target.ts";
import { createHosts } from "../../../sync-server/hosts.ts";
import { createLog } from "../../../sync-server/log.ts";
import { defaultCacheFolder } from "../../../sync-server/python/default-cache-folder.ts";
import type { RequestEnv } from "../../../sync-server/request-env.ts";
import { packageProxy } from "../../../sync-server/routes/python-packages.ts";
import { startLocalIndex, type LocalIndex } from "../../support/python/local-index.ts";
import { pureWheel } from "../../support/python/wheels.ts";
import { APP, gate, makeApp, serveOn127, temporaryBuild } from "./fixture.ts";

const INDEX_TYPE = "application/vnd.pypi.simple.v1+json";
const greet = pureWheel("greet", "1.0", { requiresPython: ">=3.8", code: "x = 1\n".repeat(2000) });

let index: LocalIndex;
beforeAll(async () => {
  index = await startLocalIndex();
  index.publish("greet", [greet, { fileName: "greet-1.0.tar.gz" }]);
  index.build({ wheel: greet, imports: ["greet"] });
});
afterAll(() => index.stop());
beforeEach(() => index.reset());

const freshFolder = () => mkdtempSync(join(tmpdir(), "okcvm-packages-"));

function environment(folder = freshFolder()): Record<string, string> {
  return {
    OKCVM_CACHE_DIR: folder,
    OKCVM_PYODIDE_URL: `${index.url}/cdn/`,
    OKCVM_PYPI_URL: `${index.url}/simple/`,
  };
}

function setUp(more: Record<string, string> = {}) {
  const variables = { ...environment(), ...more };
  const made = makeApp(variables);
  return { ...made, folder: join(variables["OKCVM_CACHE_DIR"] ?? "", "python") };
}

const wheelPath = () => `/py/files/${index.host}/files/gr/${greet.fileName}`;
const codeOf = async (reply: Response) =>
  ((await reply.json()) as { error: { code: string; message: string } }).error;
const bytesOf = async (reply: Response) => Buffer.from(await reply.arrayBuffer());
const asked = (part: string) => index.received.filter(({ url }) => url.includes(part)).length;
const filesIn = (folder: string, part: string) => readdirSync(join(folder, part));

/** Waits until so many downloads are kept and no other is under way. */
async function settled(folder: string, kept = 1): Promise<void> {
  await vi.waitFor(() =>
    expect([filesIn(folder, "tmp"), filesIn(folder, "refs").length]).toEqual([[], kept]),
  );
}

describe("a file", () => {
  it("comes whole, may be kept for ever, and is fetched once", async () => {
    const { get, folder } = setUp();
    for (const [at, path] of [`/py/pkgs/${greet.fileName}`, wheelPath()].entries()) {
      for (const _ of [1, 2]) {
        const reply = await get(path);
        expect(reply.status).toBe(200);
        expect(Object.fromEntries(reply.headers)).toMatchObject({
          "content-type": "application/octet-stream",
          "content-length": String(greet.bytes.byteLength),
          "cache-control": "public, max-age=31536000, immutable",
          "content-security-policy": "default-src 'none'; sandbox",
          "cross-origin-resource-policy": "same-origin",
        });
        expect(await bytesOf(reply)).toEqual(Buffer.from(greet.bytes));
        await settled(folder, at + 1);
      }
    }
    expect(index.received.map(({ url }) => url)).toEqual([
      `/cdn/${greet.fileName}`,
      `/files/gr/${greet.fileName}`,
    ]);
    // Two addresses, one content.
    expect(filesIn(folder, "blobs")).toEqual([greet.sha256]);
    expect(filesIn(folder, "refs")).toHaveLength(2);
  });

  it("is asked for without anything of the caller's", async () => {
    const { get } = setUp();
    await (await get(wheelPath(), { cookie: "a=b", authorization: "Bearer x", origin: APP })).arrayBuffer();
    expect(index.received[0]?.headers).toMatchObject({ "user-agent": "okcvm", via: "1.1 okcvm" });
    for (const name of ["cookie", "authorization", "origin", "referer"])
      expect(index.received[0]?.headers).not.toHaveProperty(name);
  });

  it("is there for the next server as well, also when the upstream is not", async () => {
    const variables = environment();
    const first = setUp(variables);
    await (await first.get(wheelPath())).arrayBuffer();
    await settled(first.folder);
    index.answerWith((_, response) => (response.destroy(), true));
    const second = setUp(variables);
    expect(await bytesOf(await second.get(wheelPath()))).toEqual(Buffer.from(greet.bytes));
  });

  it("has its metadata beside it", async () => {
    const { get } = setUp();
    const reply = await get(`${wheelPath()}.metadata`);
    expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await reply.text()).toBe(greet.metadata);
  });

  it("is one day's when its name holds no build", async () => {
    index.put("libblis-2.1.zip", Buffer.from("PK"));
    const { get } = setUp();
    const reply = await get("/py/pkgs/libblis-2.1.zip");
    expect(reply.headers.get("cache-control")).toBe("public, max-age=86400");
    await reply.text();
  });

  it("may have a + in its name, written either way", async () => {
    index.put("a-1+x-py3-none-any.whl", Buffer.from("PK"));
    const { get } = setUp();
    expect(await (await get("/py/pkgs/a-1+x-py3-none-any.whl")).text()).toBe("PK");
    expect(await (await get("/py/pkgs/a-1%2Bx-py3-none-any.whl")).text()).toBe("PK");
    expect(asked("/cdn/")).toBe(1);
  });

  it("is fetched once for all who ask at once, who see it grow", async () => {
    const started = gate<ServerResponse>();
    index.answerWith((_, response) => {
      response.writeHead(200, { "content-length": 6 }).write("abc");
      started.open(response);
      return true;
    });
    const { get, folder } = setUp();
    const replies = Promise.all([1, 2, 3].map(() => get("/py/pkgs/slow-1.whl")));
    const upstream = await started.opened;
    const readers = (await replies).map((reply) => reply.body?.getReader());
    for (const reader of readers)
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("abc");
    await readers[0]?.cancel();
    const late = await get("/py/pkgs/slow-1.whl");
    upstream.end("def");
    expect(Buffer.from((await readers[1]?.read())?.value ?? []).toString()).toBe("def");
    expect((await readers[1]?.read())?.done).toBe(true);
    expect((await readers[2]?.read())?.done).toBe(false);
    await readers[2]?.cancel();
    expect(await late.text()).toBe("abcdef");
    await settled(folder);
    expect(asked("slow")).toBe(1);
    expect(await (await get("/py/pkgs/slow-1.whl")).text()).toBe("abcdef");
    expect(asked("slow")).toBe(1);
  });

  it("goes on to the disk when its reader goes", async () => {
    const started = gate<ServerResponse>();
    index.answerWith((_, response) => {
      response.writeHead(200, { "content-length": 4 }).write("ab");
      started.open(response);
      return true;
    });
    const { get, folder } = setUp();
    const reply = await get("/py/pkgs/left-1.whl");
    await reply.body?.cancel();
    (await started.opened).end("cd");
    await vi.waitFor(() => expect(filesIn(folder, "refs")).toHaveLength(1));
    expect(await (await get("/py/pkgs/left-1.whl")).text()).toBe("abcd");
  });

  it("is fetched anew by a reload", async () => {
    const { get, folder } = setUp();
    await (await get(wheelPath())).arrayBuffer();
    await settled(folder);
    // A download that is about to end is joined, also by a reload.
    await vi.waitFor(async () => {
      await (await get(wheelPath(), { "cache-control": "no-cache" })).arrayBuffer();
      expect(asked("/files/")).toBe(2);
    });
  });
});

describe("a broken download", () => {
  it("is not kept, and breaks the client's off", async () => {
    let whole = false;
    index.answerWith((_, response) => {
      if (whole) return false;
      response.writeHead(200, { "content-length": greet.bytes.byteLength });
      response.write(greet.bytes.subarray(0, 10), () => response.destroy());
      return true;
    });
    let answer: RequestListener = () => undefined;
    const server = await serveOn127((request, response) => answer(request, response));
    const { app, folder, logged } = setUp({ PORT: String(server.port) });
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    answer = (request, response) => void listener(request, response);
    const reply = await fetch(`${server.url}/py/pkgs/${greet.fileName}`);
    expect(reply.status).toBe(200);
    await expect(reply.arrayBuffer()).rejects.toThrow();
    await settled(folder, 0);
    expect(filesIn(folder, "blobs")).toEqual([]);
    expect(logged()).toContain("a download was not kept");
    whole = true;
    const again = await fetch(`${server.url}/py/pkgs/${greet.fileName}`);
    expect(await bytesOf(again)).toEqual(Buffer.from(greet.bytes));
    await server.stop();
  });

  it("of a server that is killed leaves nothing that is served", async () => {
    const part = gate<ServerResponse>();
    index.answerWith((_, response) => {
      response.writeHead(200, { "content-length": greet.bytes.byteLength });
      response.write(greet.bytes.subarray(0, 50));
      part.open(response);
      return true;
    });
    const variables = environment();
    const folder = join(variables["OKCVM_CACHE_DIR"] ?? "", "python");
    const child = await startServerProcess(variables);
    const reply = await fetch(`${child.url}/py/pkgs/${greet.fileName}`);
    await part.opened;
    await reply.body?.getReader().read();
    expect(filesIn(folder, "tmp")).toHaveLength(1);
    child.process.kill("SIGKILL");
    await new Promise((resolve) => child.process.once("close", resolve));
    expect(filesIn(folder, "tmp")).toHaveLength(1);
    expect([...filesIn(folder, "blobs"), ...filesIn(folder, "refs")]).toEqual([]);

    index.reset();
    const [left = ""] = filesIn(folder, "tmp");
    utimesSync(join(folder, "tmp", left), new Date(0), new Date(0));
    const { get } = setUp(variables);
    expect(await bytesOf(await get(`/py/pkgs/${greet.fileName}`))).toEqual(Buffer.from(greet.bytes));
    await settled(folder);
    expect(filesIn(folder, "blobs")).toEqual([greet.sha256]);
  });

  it("without an end that can be told is refused", async () => {
    index.answerWith((_, response) => {
      response.socket?.end("HTTP/1.0 200 OK\r\n\r\nPK and who knows");
      return true;
    });
    const { get } = setUp();
    const reply = await get(`/py/pkgs/${greet.fileName}`);
    expect(reply.status).toBe(502);
    expect((await codeOf(reply)).message).toContain("without saying how long it is");
  });

  it("may be chunked", async () => {
    index.answerWith((_, response) => {
      response.write("PK");
      response.end("!");
      return true;
    });
    const { get } = setUp();
    const reply = await get("/py/pkgs/chunked-1.whl");
    expect(reply.headers.get("content-length")).toBeNull();
    expect(await reply.text()).toBe("PK!");
  });
});

describe("what is kept", () => {
  it("is fetched again when its bytes are not what they were", async () => {
    for (const damage of ["", "x".repeat(greet.bytes.byteLength)]) {
      const variables = environment();
      const first = setUp(variables);
      await (await first.get(wheelPath())).arrayBuffer();
      await settled(first.folder);
      writeFileSync(join(first.folder, "blobs", greet.sha256), damage);
      const second = setUp(variables);
      expect(await bytesOf(await second.get(wheelPath()))).toEqual(Buffer.from(greet.bytes));
      await settled(second.folder);
      expect(readFileSync(join(first.folder, "blobs", greet.sha256))).toEqual(Buffer.from(greet.bytes));
    }
    expect(asked("/files/")).toBe(4);
  });

  it("may be deleted or spoiled while the server runs", async () => {
    const { get, folder } = setUp();
    await (await get(wheelPath())).arrayBuffer();
    await settled(folder);
    rmSync(join(folder, "blobs", greet.sha256));
    expect(await bytesOf(await get(wheelPath()))).toEqual(Buffer.from(greet.bytes));
    await settled(folder);
    for (const ref of filesIn(folder, "refs")) writeFileSync(join(folder, "refs", ref), "{");
    const next = setUp({ OKCVM_CACHE_DIR: join(folder, "..") });
    expect(await bytesOf(await next.get(wheelPath()))).toEqual(Buffer.from(greet.bytes));
  });

  it("goes when it was used longest ago and the limit is reached", async () => {
    const big = (name: string) => Buffer.alloc(400 * 1024, name);
    for (const name of ["a", "b", "c"]) index.put(`${name}-1.whl`, big(name));
    const { get, folder } = setUp({ OKCVM_PY_CACHE_MB: "1" });
    const fetchOne = async (name: string, kept = 2) => {
      expect((await bytesOf(await get(`/py/pkgs/${name}-1.whl`))).equals(big(name))).toBe(true);
      await settled(folder, kept);
    };
    for (const [at, name] of ["a", "b", "a", "c"].entries()) {
      await fetchOne(name, at === 0 ? 1 : 2);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(index.received).toHaveLength(3);
    const left = ["a", "c"].map((name) => createHash("sha256").update(big(name)).digest("hex"));
    await vi.waitFor(() => expect(filesIn(folder, "blobs").toSorted()).toEqual(left.toSorted()));
    await fetchOne("a");
    expect(index.received).toHaveLength(3);
    await fetchOne("b");
    expect(index.received).toHaveLength(4);
    expect(filesIn(folder, "refs")).toHaveLength(2);
  });

  it("cannot be kept in a folder that cannot be written", async () => {
    const file = join(freshFolder(), "file");
    writeFileSync(file, "");
    const { get, logged } = setUp({ OKCVM_CACHE_DIR: join(file, "below") });
    for (const path of [wheelPath(), "/py/simple/greet/"]) {
      const reply = await get(path);
      expect(reply.status).toBe(500);
      expect((await codeOf(reply)).message).toContain("OKCVM_CACHE_DIR");
    }
    expect(logged()).toContain("ENOTDIR");
  });
});

describe("an index page", () => {
  const page = "/py/simple/greet/";
  const at = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it("is PEP 691, with the files' addresses turned into ones of this server", async () => {
    const { get } = setUp();
    const reply = await get(page);
    expect(reply.headers.get("content-type")).toBe(INDEX_TYPE);
    expect(reply.headers.get("cache-control")).toBe("no-cache");
    expect(index.received[0]?.headers.accept).toBe(INDEX_TYPE);
    expect(await reply.json()).toEqual({
      meta: { "api-version": "1.1" },
      name: "greet",
      files: [
        {
          filename: greet.fileName,
          url: wheelPath(),
          hashes: { sha256: greet.sha256 },
          "requires-python": ">=3.8",
          size: greet.bytes.byteLength,
          yanked: false,
          "core-metadata": { sha256: createHash("sha256").update(greet.metadata).digest("hex") },
        },
        expect.objectContaining({ filename: "greet-1.0.tar.gz" }),
      ],
    });
  });

  it("is asked for once in ten minutes, then with its tag", async () => {
    const { get } = setUp();
    const first = await get(page);
    at(9);
    await get(page);
    expect(asked("/simple/")).toBe(1);
    at(2);
    const later = await get(page);
    expect(await later.text()).toBe(await first.text());
    expect(asked("/simple/")).toBe(2);
    expect(index.received[1]?.headers["if-none-match"]).toBeTruthy();
    at(5);
    await get(page);
    expect(asked("/simple/")).toBe(2);
    await get(page, { "cache-control": "no-cache" });
    expect(asked("/simple/")).toBe(3);
  });

  it("is not sent again to a browser that has it", async () => {
    const { get } = setUp();
    const etag = (await get(page)).headers.get("etag") ?? "";
    const again = await get(page, { "if-none-match": etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  it("is asked for once by all who ask at once", async () => {
    const { get } = setUp();
    const replies = await Promise.all([1, 2, 3].map(() => get(page)));
    expect(new Set(await Promise.all(replies.map((reply) => reply.text()))).size).toBe(1);
    expect(asked("/simple/")).toBe(1);
  });

  it("is what it was, and says so, when the index does not answer", async () => {
    const { get } = setUp();
    const first = await (await get(page)).text();
    for (const fail of [
      (response: ServerResponse) => void response.destroy(),
      (response: ServerResponse) => void response.writeHead(503).end(),
      (response: ServerResponse) =>
        void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    ]) {
      at(11);
      index.answerWith((_, response) => (fail(response), true));
      const reply = await get(page);
      expect(reply.status).toBe(200);
      expect(reply.headers.get("x-okcvm-stale")).toBe("1");
      expect(await reply.text()).toBe(first);
    }
    index.reset();
    expect((await get(page)).headers.get("x-okcvm-stale")).toBeNull();
  });

  it("is gone when the index says so", async () => {
    const { get } = setUp();
    await get(page);
    at(11);
    index.answerWith((_, response) => (response.writeHead(404).end(), true));
    expect((await get(page)).status).toBe(404);
    index.answerWith((_, response) => (response.destroy(), true));
    expect((await get(page)).status).toBe(502);
  });

  it("leaves out where this server does not go", async () => {
    const foreign = [
      "http://elsewhere.example/a-1-py3-none-any.whl",
      "//x/y.whl",
      "ftp://a/b.whl",
      "http://[/a.whl",
    ];
    const strange = ["%2e%2e/a.whl", "a.whl?token=1", ".hidden/a.whl", "a%2Fb.whl", "%ff.whl"];
    const files = [...foreign, ...strange.map((path) => `${index.url}/${path}`), "../../files/b.whl"];
    index.answerWith((_, response) => {
      const listed = files.map((url) => ({ filename: "a-1-py3-none-any.whl", url, hashes: {} }));
      response.end(JSON.stringify({ meta: { "api-version": "1.0" }, name: "a", files: listed }));
      return true;
    });
    const { get } = setUp();
    const { files: served } = (await (await get("/py/simple/a/")).json()) as { files: { url: string }[] };
    // What "%2e%2e/" means was settled when the address was read: the host's root.
    const root = `/py/files/${index.host}`;
    const expected = [
      ...foreign.map(() => ""),
      `${root}/a.whl`,
      "",
      "",
      `${root}/a/b.whl`,
      "",
      `${root}/files/b.whl`,
    ];
    expect(served.map(({ url }) => url)).toEqual(expected);
  });

  it("must be one", async () => {
    const { get } = setUp();
    for (const text of ["<html>", "{}", '{"meta":{"api-version":"2.0"},"name":"a","files":[]}', "[]", ""]) {
      index.answerWith((_, response) => (response.writeHead(200).end(text), true));
      const reply = await get("/py/simple/a/");
      expect(reply.status).toBe(502);
      expect((await codeOf(reply)).code).toBe("not_an_index");
    }
  });
});

describe("refusals", () => {
  it("are for paths that could be read in two ways", async () => {
    const { get } = setUp();
    const rests = [
      "",
      "/",
      "/a.whl/",
      "//a.whl",
      "/..%2fa.whl",
      "/a/.b/c.whl",
      "/a.tar.gz",
      "/a%252f.whl",
      "/a b.whl",
    ];
    const paths = [
      "pkgs/..%2fsecret",
      "pkgs/a/b.whl",
      "pkgs/",
      "pkgs/.x",
      "pkgs/a..b",
      "pkgs/a%5Cb",
      "pkgs/a%00b",
      "pkgs/%ff",
      "simple/",
      "simple/Greet/",
      "simple/a_b/",
      "simple/a--b/",
      "simple/a/b/",
      "simple/-a/",
      "simple/..%2f/",
      ...rests.map((rest) => `files/${index.host}${rest}`),
    ];
    for (const path of paths) {
      const reply = await get(`/py/${path}`);
      expect(reply.status, path).toBe(404);
      expect((await codeOf(reply)).code, path).toBe("not_found");
    }
    expect(index.received).toEqual([]);
  });

  it("are for other hosts, with a way out", async () => {
    const { get } = setUp();
    for (const host of [
      "files.example.com",
      "127.0.0.1",
      "localhost",
      `${index.host}0`,
      "a@b",
      "169.254.169.254",
    ]) {
      const reply = await get(`/py/files/${host}/a/b-1-py3-none-any.whl`);
      expect(reply.status, host).toBe(403);
      expect((await codeOf(reply)).message, host).toContain("OKCVM_PYPI_FILE_HOSTS");
    }
  });

  it("are for what the operator did not name and leads to a private network", async () => {
    const { get } = setUp();
    index.answerWith((_, response) => {
      response.writeHead(302, { location: "http://localhost:9/secret.whl" }).end();
      return true;
    });
    const reply = await get(`/py/pkgs/${greet.fileName}`);
    expect(reply.status).toBe(403);
    expect((await codeOf(reply)).code).toBe("blocked_target");
  });

  it("are for pages of other origins, and for other methods", async () => {
    const { get } = setUp();
    for (const path of [wheelPath(), "/py/simple/greet/", "/py/pkgs/a.whl"]) {
      expect((await get(path, { origin: "https://evil.example" })).status).toBe(403);
      expect((await get(path, { "sec-fetch-site": "cross-site" })).status).toBe(403);
      for (const method of ["POST", "HEAD", "PUT", "DELETE"])
        expect((await get(path, {}, method)).status).toBe(405);
      expect((await get(path, { via: "1.1 okcvm" })).status).toBe(508);
    }
    expect(index.received).toEqual([]);
  });

  it("are for all when the operator turned it off", async () => {
    const { get } = setUp({ OKCVM_PYTHON_PACKAGES: "off" });
    for (const path of [wheelPath(), "/py/simple/greet/", "/py/pkgs/a.whl"]) {
      const reply = await get(path);
      expect(reply.status).toBe(404);
      expect((await codeOf(reply)).message).toContain("turned that off");
    }
  });
});

describe("an upstream's failure", () => {
  it.each([
    [404, 404, "not_found"],
    [410, 404, "not_found"],
    [403, 502, "upstream_status"],
    [429, 502, "upstream_status"],
    [500, 502, "upstream_status"],
    [304, 502, "upstream_status"],
  ])("%i becomes %i", async (theirs, ours, code) => {
    index.answerWith(
      (_, response) => (response.writeHead(theirs, { "retry-after": "7" }).end("words"), true),
    );
    const { get, folder } = setUp();
    for (const path of ["/py/pkgs/a-1.whl", "/py/simple/greet/"]) {
      const reply = await get(path);
      expect(reply.status).toBe(ours);
      if (ours === 502) expect(reply.headers.get("retry-after")).toBe("7");
      expect((await codeOf(reply)).code).toBe(code);
    }
    expect(filesIn(folder, "refs")).toEqual([]);
  });

  it("is told from a dead address, an unknown name, a silent host and a file that is too large", async () => {
    const gone = await serveOn127(() => undefined);
    await gone.stop();
    const dead = setUp({
      OKCVM_PYODIDE_URL: `${gone.url}/`,
      OKCVM_PYPI_URL: "https://no-such-name.invalid/simple/",
    });
    const refused = await dead.get("/py/pkgs/a.whl");
    expect([refused.status, (await codeOf(refused)).message]).toEqual([
      502,
      "Nothing answers at the package host's address. Check that it is running.",
    ]);
    const unknown = await dead.get("/py/simple/a/");
    expect([unknown.status, (await codeOf(unknown)).code]).toEqual([502, "upstream_unreachable"]);

    index.answerWith(
      (_, response) => (response.writeHead(200, { "content-length": 2 ** 21 }).write("PK"), true),
    );
    const large = await setUp({ OKCVM_PY_MAX_MB: "1" }).get("/py/pkgs/a.whl");
    expect([large.status, (await codeOf(large)).message]).toEqual([
      502,
      expect.stringContaining("OKCVM_PY_MAX_MB"),
    ]);

    index.answerWith(() => true);
    const { config } = setUp();
    const log = createLog("silent");
    const timeouts = { connectMs: 1000, idleMs: 50 };
    const proxy = packageProxy({
      config: config.python,
      hosts: createHosts(config),
      resolve: systemResolve,
      log,
      timeouts,
    });
    const silent = await new Hono<RequestEnv>().route("/py", proxy).request(`${APP}/py/pkgs/a.whl`, {}, {
      host: { kind: "app" },
      entry: { route: "other" },
    } satisfies RequestEnv["Bindings"]);
    expect([silent.status, (await codeOf(silent)).code]).toEqual([504, "upstream_timeout"]);
  });
});

describe("the configuration", () => {
  it("names Pyodide's CDN and PyPI unless it says otherwise", () => {
    const python = readConfig({}).python;
    expect(python?.hosts.pyodide.href).toBe("https://cdn.jsdelivr.net/pyodide/v314.0.7/full/");
    expect(python?.hosts.index.href).toBe("https://pypi.org/simple/");
    expect([...(python?.hosts.fileOrigins ?? [])]).toEqual([
      ["files.pythonhosted.org", "https://files.pythonhosted.org"],
    ]);
    expect(python).toMatchObject({ cacheBytes: 2 ** 31, maxBytes: 2 ** 29, privateHosts: new Set() });
  });

  it("lets what it names be private", () => {
    const python = readConfig({
      OKCVM_PYPI_URL: "http://10.1.2.3/simple/",
      OKCVM_PYPI_FILE_HOSTS: "files.pythonhosted.org, http://wheels.lan:8080",
    }).python;
    expect([...(python?.privateHosts ?? [])]).toEqual([
      "10.1.2.3:80",
      "files.pythonhosted.org:443",
      "wheels.lan:8080",
    ]);
    expect(python?.hosts.fileOrigins.get("wheels.lan:8080")).toBe("http://wheels.lan:8080");
  });

  it.each([
    ["OKCVM_PYODIDE_URL", "https://x.example/full", "ends with a slash"],
    ["OKCVM_PYPI_URL", "pypi.org", "ends with a slash"],
    ["OKCVM_PYPI_FILE_HOSTS", "a/b", "hosts separated by commas"],
    ["OKCVM_PYPI_FILE_HOSTS", "a,,b", "hosts separated by commas"],
    ["OKCVM_CACHE_DIR", "cache", "absolute path"],
    ["OKCVM_PY_CACHE_MB", "0", "1 to 65536"],
    ["OKCVM_PY_MAX_MB", "1.5", "1 to 65536"],
    ["OKCVM_PYTHON_PACKAGES", "no", "on or off"],
  ])("stops the start at %s=%s", (name, value, words) => {
    expect(() => readConfig({ [name]: value })).toThrow(words);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it("keeps packages where the system's programs keep such things", () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "/x" }, "linux")).toBe("/x/okcvm");
    expect(defaultCacheFolder({}, "linux")).toMatch(/\/\.cache\/okcvm$/);
    expect(defaultCacheFolder({}, "darwin")).toMatch(/\/Library\/Caches\/okcvm$/);
    expect(defaultCacheFolder({ LOCALAPPDATA: "/l" }, "win32")).toBe("/l/okcvm");
  });
});

/** The real server as a process of its own, built as the build does. */
async function startServerProcess(variables: Record<string, string>) {
  const dist = temporaryBuild();
  await build({
    configFile: "vite.server.config.ts",
    logLevel: "error",
    build: { outDir: join(dist, "server") },
  });
  symlinkSync(resolve("node_modules"), join(dist, "node_modules"));
  const env = {
    ...variables,
    OKCVM_DATABASE_URL: "off",
    PORT: "0",
    OKCVM_PUBLIC_URL: "http://app.localhost",
  };
  const child = spawn(process.execPath, [join(dist, "server/server.js")], {
    env: { ...process.env, ...env },
  });
  const port = await new Promise<string>((resolve, reject) => {
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const found = /"port":(\d+)/.exec(log)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("close", () => reject(new Error(log)));
  });
  return { process: child, url: `http://127.0.0.1:${port}` };
}
