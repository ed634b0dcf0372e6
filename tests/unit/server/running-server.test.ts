import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get as httpGet, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deriveAuthKey, readRootSecret } from "../../../src/domain/root-secret.ts";
import { gate, serveOn127, writeBuild } from "./fixture.ts";

const root = resolve(import.meta.dirname, "../../..");
/** More than the sockets of both sides hold between them. */
const LARGE_BYTES = 48 * 1024 * 1024;
let dist: string;
let upstream: Awaited<ReturnType<typeof serveOn127>>;
let behave: (request: IncomingMessage, response: ServerResponse) => void;
const children = new Set<ReturnType<typeof spawn>>();

beforeAll(async () => {
  // Inside the checkout, because the bundle finds its packages by walking up from where it lies.
  mkdirSync(join(root, ".cache"), { recursive: true });
  dist = mkdtempSync(join(root, ".cache/server-test-"));
  writeBuild(dist);
  writeFileSync(join(dist, "app/large.zip"), Buffer.alloc(LARGE_BYTES));
  await build({
    root,
    configFile: join(root, "vite.server.config.ts"),
    logLevel: "error",
    build: { outDir: join(dist, "server") },
  });
  upstream = await serveOn127((request, response) => behave(request, response));
}, 60_000);

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

afterAll(async () => {
  await upstream.stop();
  rmSync(dist, { recursive: true, force: true });
});

/** Runs the bundled server as a process. `line` is its first line on standard output. */
function start(environment: Record<string, string> = {}, folder = dist, words: string[] = []) {
  const child = spawn(process.execPath, [join(folder, "server/server.js"), ...words], {
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      LOG_LEVEL: "trace",
      OKCVM_DATABASE_URL: "off",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const printed = { out: "", err: "" };
  const line = gate<string>();
  child.stderr.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    printed.out += chunk.toString();
    if (printed.out.includes("\n")) line.open(printed.out);
  });
  const exit = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  return { child, printed, line: line.opened, exit };
}

async function startReady(environment: Record<string, string> = {}) {
  const server = start({ OKCVM_MODEL_PROVIDERS: `up=${upstream.url}/v1`, ...environment });
  const line = await Promise.race([
    server.line,
    server.exit.then((code) => `exit ${code}: ${server.printed.err}`),
  ]);
  const port = Number(/^OKCVM is ready at http:\/\/okcvm\.localhost:(\d+)\n$/.exec(line)?.[1]);
  expect(port, line).toBeGreaterThan(0);
  return { ...server, port };
}

/** Sends bytes as they are and reads until the server ends the connection. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", fail);
    socket.on("close", () => done(answer));
  });
}

function requestText(target: string, host: string, extra = ""): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${extra}Connection: close\r\n\r\n`;
}

/** Starts a GET and answers when its headers are here; the body is left for the test to read. */
function open(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    httpGet({ host: "127.0.0.1", port, path, headers: { host: `localhost:${port}` } }, done).on(
      "error",
      fail,
    );
  });
}

describe("a running server", () => {
  it("prints one line, on a port it picked, and logs to standard error", async () => {
    const { port, printed, child, exit } = await startReady();
    for (const host of ["127.0.0.1", "[::1]"]) {
      const reply = await fetch(`http://${host}:${port}/v1/info`).catch(() => null);
      if (host === "[::1]" && !reply) continue; // A machine without IPv6.
      expect(await reply?.json()).toMatchObject({ appOrigin: `http://okcvm.localhost:${port}` });
    }
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(printed.out).toBe(`OKCVM is ready at http://okcvm.localhost:${port}\n`);
    const lines = printed.err
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["listening", "answered", "stopped"]));
  });

  it("keeps what it acknowledged when it is killed, in a file it makes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-data-"));
    const environment = { OKCVM_DATABASE_URL: `sqlite://${folder}/deep/okcvm.db` };
    const call = async (port: number, method: string, path: string, body?: unknown, token = "") => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      return (await fetch(`http://localhost:${port}/v1${path}`, init)).json() as Promise<
        Record<string, never>
      >;
    };
    const first = await startReady(environment);
    const account = { authHash: "ab".repeat(32), name: "laptop" };
    const { token, homeSpace } = await call(first.port, "POST", "/accounts", account);
    const op = { id: "m1", class: "add", stamp: "018c000000000000", body: "kept" };
    await call(first.port, "POST", `/spaces/${homeSpace}/push`, { ops: [op] }, token);
    first.child.kill("SIGKILL");
    await first.exit;
    const second = await startReady(environment);
    expect(await call(second.port, "GET", `/spaces/${homeSpace}/pull`, undefined, token)).toMatchObject({
      items: [{ id: "m1", body: "kept" }],
    });
    expect((await fetch(`http://localhost:${second.port}/readyz`)).status).toBe(200);
    expect(Object.keys((await call(second.port, "GET", "/openapi.json"))["paths"] ?? {})).toContain(
      "/spaces/{space}/push",
    );
    second.child.kill("SIGTERM");
    expect(await second.exit).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it("has a command that makes an account, also where strangers may make none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-data-"));
    const environment = { OKCVM_DATABASE_URL: `sqlite://${folder}/okcvm.db`, OKCVM_REGISTRATION: "closed" };
    const made = start(environment, dist, ["account", "create", "script"]);
    expect(await made.exit).toBe(0);
    const told = Object.fromEntries(
      made.printed.out
        .trim()
        .split("\n")
        .map((line) => line.split(/\s+/) as [string, string]),
    );
    const server = await startReady(environment);
    const call = (method: string, path: string, body?: unknown, token = told["token"]) =>
      fetch(`http://localhost:${server.port}/v1${path}`, {
        method,
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    expect(await (await call("GET", "/devices")).json()).toMatchObject({
      devices: [{ name: "script", scopes: ["sync", "git:read", "git:write", "proxy", "deploy", "admin"] }],
    });
    // What was printed signs in.
    const secret = await readRootSecret(told["secret"] ?? "");
    const authKey = secret && (await deriveAuthKey(secret));
    expect((await call("POST", "/devices", { authKey, name: "phone" })).status).toBe(201);
    const stranger = { authHash: "cd".repeat(32), name: "x" };
    expect((await call("POST", "/accounts", stranger)).status).toBe(403);
    const wrong = start(environment, dist, ["account", "destroy"]);
    expect(await wrong.exit).toBe(2);
    expect(wrong.printed.err).toBe(
      "Usage: npm run account -- create [device name]\n       npm run account -- invite\n",
    );
    rmSync(folder, { recursive: true, force: true });
  });

  it("has a command that invites someone to make an account, where that is how accounts are made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-data-"));
    const environment = {
      OKCVM_DATABASE_URL: `sqlite://${folder}/okcvm.db`,
      OKCVM_PUBLIC_URL: "https://okcvm.example",
      OKCVM_REGISTRATION: "invite-only",
    };
    const made = start(environment, dist, ["account", "invite"]);
    expect(await made.exit).toBe(0);
    const [, id] = /^https:\/\/okcvm\.example\/#\/welcome\/([0-9a-f]{32})$/m.exec(made.printed.out) ?? [];
    const server = await startReady({ ...environment, OKCVM_PUBLIC_URL: "" });
    const register = (authHash: string) =>
      fetch(`http://localhost:${server.port}/v1/accounts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ authHash, name: "x", invitation: id }),
      });
    expect((await register("ab".repeat(32))).status).toBe(201);
    expect((await register("cd".repeat(32))).status).toBe(403);
    const closed = start({ ...environment, OKCVM_REGISTRATION: "closed" }, dist, ["account", "invite"]);
    expect(await closed.exit).toBe(2);
    expect(closed.printed.err).toContain("OKCVM_REGISTRATION is invite-only");
    rmSync(folder, { recursive: true, force: true });
  });

  it("does not start with a database it cannot use, and names it without its password", async () => {
    const { exit, printed } = start({ OKCVM_DATABASE_URL: "mysql://someone:hunter2@127.0.0.1:1/okcvm" });
    expect(await exit).toBe(1);
    expect(printed.err).toMatch(/^The database at 127\.0\.0\.1:1\/okcvm cannot be used: .*\n$/);
    expect(printed.err).not.toContain("hunter2");
  });

  it("refuses what only raw bytes can ask", async () => {
    const { port } = await startReady();
    const app = `okcvm.localhost:${port}`;
    const status = async (text: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(await raw(port, text))?.[1]);
    expect(await status(requestText("/healthz", app))).toBe(200);
    expect(await status(requestText("/healthz", `evil.example:${port}`))).toBe(421);
    expect(await status(requestText("/healthz", `${app}/x`))).toBe(400);
    expect(await status(requestText(`http://evil.example/healthz`, `evil.example`))).toBe(421);
    expect(await status(requestText("/v1/model/up/models/a\\b", app))).toBe(400);
    expect(await status(requestText("/v1/model/up/models/../../../../healthz", app))).toBe(200);
    for (const path of [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/a/../../../secret.txt",
    ]) {
      const answer = await raw(port, requestText(path, app, "Accept: */*\r\n"));
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[04]/);
      expect(answer, path).not.toContain("outside of what is served");
    }
    expect(await status(requestText("//", app))).toBe(404);
    expect(await status(`GET /healthz HTTP/1.0\r\n\r\n`)).toBe(400);
  });

  it("streams: the first piece is here before the provider sends its second", async () => {
    const { port } = await startReady();
    const second = gate();
    behave = async (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      await second.opened;
      response.end("data: 2\n\n");
    };
    const reply = await open(port, "/v1/model/up/models");
    const pieces = reply[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe("data: 1\n\n");
    second.open();
    expect(String((await pieces.next()).value)).toBe("data: 2\n\n");
    expect((await pieces.next()).done).toBe(true);
  });

  it("takes a body while it is still being sent", async () => {
    const { port } = await startReady();
    const first = gate<string>();
    behave = async (request, response) => {
      let body = "";
      for await (const chunk of request) first.open((body += String(chunk)));
      response.end(body);
    };
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode("one "));
        await first.opened;
        controller.enqueue(new TextEncoder().encode("two"));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    const reply = await fetch(`http://127.0.0.1:${port}/v1/model/up/audio/transcriptions`, init);
    expect(await reply.text()).toBe("one two");
  });

  it.each(["before the answer", "in the middle of it"])(
    "ends the provider's work when the client leaves %s",
    async (when) => {
      const { port, printed, child, exit } = await startReady();
      const left = gate();
      const arrived = gate();
      behave = (_, response) => {
        response.on("close", () => left.open());
        if (when !== "before the answer") response.writeHead(200).write("data: 1\n\n");
        arrived.open();
      };
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(requestText("/v1/model/up/models", `localhost:${port}`)),
      );
      await arrived.opened;
      if (when !== "before the answer") await new Promise((done) => socket.once("data", done));
      socket.destroy();
      await left.opened;
      child.kill("SIGTERM");
      expect(await exit).toBe(0);
      // A person's Stop is no error and leaves no trace but the request's own line.
      expect(printed.err).not.toMatch(/Error|broke its reply off/);
      expect(printed.out.split("\n")).toHaveLength(2);
    },
  );

  it("cuts the client off when the provider breaks off", async () => {
    const { port, printed } = await startReady();
    const go = gate();
    behave = async (_, response) => {
      response.writeHead(200).write("data: 1\n\n");
      await go.opened;
      response.destroy();
    };
    const reply = await open(port, "/v1/model/up/models");
    const pieces = reply[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe("data: 1\n\n");
    go.open();
    await expect(pieces.next()).rejects.toThrow(/aborted/);
    expect(reply.complete).toBe(false);
    expect(printed.err).toContain("broke its reply off");
    expect(printed.err).not.toContain("    at ");
  });

  it("keeps keys out of its output", async () => {
    const key = "sk-canary-4f1b";
    const { port, printed, child, exit } = await startReady({ OKCVM_MODEL_KEY_UP: `${key}-held` });
    const got: (string | undefined)[] = [];
    behave = (request, response) => {
      got.push(request.headers.authorization);
      response.writeHead(500).end("{}");
    };
    const url = `http://127.0.0.1:${port}/v1/model/up/models?key=${key}`;
    await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    await fetch(url);
    behave = (_, response) => void response.destroy();
    expect(await (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).text()).not.toContain(
      "canary",
    );
    child.kill("SIGINT");
    expect(await exit).toBe(0);
    expect(got).toEqual([`Bearer ${key}`, `Bearer ${key}-held`]);
    expect(printed.err).toContain("model up models");
    expect(printed.out + printed.err).not.toContain("canary");
  });
});

describe("the end of a server", () => {
  it("waits for a running reply and takes nothing new", async () => {
    const { port, child, exit } = await startReady();
    const go = gate();
    behave = async (_, response) => {
      response.writeHead(200).write("first ");
      await go.opened;
      response.end("last");
    };
    const idle = connect(port, "127.0.0.1");
    const idleClosed = new Promise((done) => idle.once("close", done));
    const reply = await open(port, "/v1/model/up/models");
    child.kill("SIGTERM");
    await idleClosed;
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    // What a terminal and a package manager make of one Ctrl-C.
    child.kill("SIGINT");
    go.open();
    let text = "";
    for await (const chunk of reply) text += String(chunk);
    expect(text).toBe("first last");
    expect(await exit).toBe(0);
  });

  it("ends live notices at once, and takes what is being pushed to its end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-data-"));
    const { port, child, exit, printed } = await startReady({
      OKCVM_DATABASE_URL: `sqlite://${folder}/okcvm.db`,
    });
    const url = `http://localhost:${port}/v1`;
    const json = { "content-type": "application/json" };
    const account = JSON.stringify({ authHash: "ab".repeat(32), name: "laptop" });
    const made = await fetch(`${url}/accounts`, { method: "POST", headers: json, body: account });
    const { token, homeSpace } = (await made.json()) as { token: string; homeSpace: string };
    const authorization = `Bearer ${token}`;
    const events = await fetch(`${url}/events`, { headers: { authorization } });
    const reader = events.body?.getReader();
    expect(String(Buffer.from((await reader?.read())?.value ?? []))).toContain("event: heads");

    const text = JSON.stringify({ ops: [{ id: "m1", class: "add", stamp: "018c000000000000", body: "x" }] });
    const push = `POST /v1/spaces/${homeSpace}/push HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${text.length}\r\n\r\n`;
    const socket = connect(port, "127.0.0.1", () => socket.write(push + text.slice(0, 10)));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    const answered = new Promise((done) => socket.once("close", done));
    // The server says to go on when it has begun.
    await new Promise((done) => socket.once("data", done));
    const from = performance.now();
    child.kill("SIGTERM");
    expect(await reader?.read()).toMatchObject({ done: true });
    expect(performance.now() - from).toBeLessThan(2_000);
    socket.write(text.slice(10));
    await answered;
    expect(answer).toMatch(/^HTTP\/1\.1 100 .*\r\n\r\nHTTP\/1\.1 200 /);
    expect(await exit).toBe(0);
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(printed.err).not.toContain("had not ended");
    rmSync(folder, { recursive: true, force: true });
  });

  it("sends a large file to its end, to a client that reads slowly", async () => {
    const { port, child, exit } = await startReady();
    const reply = await open(port, "/large.zip");
    child.kill("SIGTERM");
    // The server has handed all of it to its socket by now, and the socket holds most of it back.
    await new Promise((done) => setTimeout(done, 300));
    let bytes = 0;
    for await (const chunk of reply) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(LARGE_BYTES);
    expect(reply.complete).toBe(true);
    expect(await exit).toBe(0);
  });
});

describe("a server that cannot start", () => {
  it("says what is wrong with a variable and exits with 2", async () => {
    const { exit, printed } = start({ PORT: "eighty" });
    expect(await exit).toBe(2);
    expect(printed.err).toBe(
      'PORT is "eighty", but it takes a whole number from 0 to 65535, where 0 picks a free port.\n',
    );
    expect(printed.out).toBe("");
  });

  it("says that the app is not built and exits with 2", async () => {
    const empty = mkdtempSync(join(root, ".cache/server-test-"));
    cpSync(join(dist, "server"), join(empty, "server"), { recursive: true });
    const { exit, printed } = start({}, empty);
    expect(await exit).toBe(2);
    expect(printed.err).toMatch(/^The app is not built.*`npm run build`.*\.\n$/);
    rmSync(empty, { recursive: true });
  });

  it("names the port that is taken and exits with 1", async () => {
    const taken = await serveOn127(() => undefined);
    const { exit, printed } = start({ PORT: String(taken.port) });
    expect(await exit).toBe(1);
    expect(printed.err).toMatch(
      new RegExp(`^PORT is ${taken.port}, but another program listens there.*\\.\n$`),
    );
    await taken.stop();
  });

  it("notices a port that is taken on the other loopback address only", async (context) => {
    const other = createServer();
    const listening = await new Promise<boolean>((done) => {
      other.once("error", () => done(false));
      other.listen(0, "::1", () => done(true));
    });
    if (!listening) return context.skip("this machine has no ::1");
    const address = other.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { exit, printed } = start({ PORT: String(port) });
    expect(await exit).toBe(1);
    expect(printed.err).toContain(`PORT is ${port}`);
    other.close();
  });

  it("names an address the machine does not have and exits with 1", async () => {
    const { exit, printed } = start({ HOST: "192.0.2.1" });
    expect(await exit).toBe(1);
    expect(printed.err).toMatch(/^HOST is "192\.0\.2\.1", but this machine has no such address.*\.\n$/);
  });
});
