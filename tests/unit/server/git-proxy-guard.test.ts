import type { IncomingHttpHeaders } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemResolve, type GuardPolicy } from "../../../sync-server/guard/check-target.ts";
import { GuardError } from "../../../sync-server/guard/guard-error.ts";
import { guardedFetch, type GuardedRequest } from "../../../sync-server/guard/guarded-fetch.ts";
import { parsePrivateHosts } from "../../../sync-server/guard/private-hosts.ts";
import { isPublicAddress } from "../../../sync-server/guard/public-address.ts";
import { gate, serveOn127 } from "./fixture.ts";

describe("public addresses", () => {
  it.each([
    "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.0.1",
    "168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1",
    "198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255",
    ":: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::8.8.8.8 64:ff9b::a9fe:a9fe 64:ff9b:1::1",
    "100::1 2001::1 2001:0:1::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1",
    "fc00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 4000::1",
    "localhost 127.1 2130706433 0x7f000001 1.2.3 1.2.3.4.5 1.2.3.256 [2606:4700::1] 8.8.8.8:80 01.02.03.04",
  ])("are none of %s", (addresses) => {
    expect(addresses.split(" ").filter(isPublicAddress)).toEqual([]);
  });

  it("are all others", () => {
    const open =
      "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 " +
      "169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 198.17.0.1 198.20.0.1 223.255.255.255 " +
      "140.82.121.3 2606:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 2001:200::1 2003::1";
    expect(open.split(" ").filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

describe("the operator's list", () => {
  it.each([
    ["git.lan", ["git.lan:80", "git.lan:443"]],
    [" Git.LAN:3000 , 10.0.0.5 ", ["git.lan:3000", "10.0.0.5:80", "10.0.0.5:443"]],
    ["[::1]:8080", ["[::1]:8080"]],
    ["localhost:1,localhost:1", ["localhost:1"]],
  ])("%s", (text, hosts) => {
    expect([...(parsePrivateHosts(text) ?? [])]).toEqual(hosts);
  });

  it.each([
    "",
    ",",
    "a,",
    "http://a",
    "a/b",
    "a:b",
    "a:0",
    "a:65536",
    "a:123456",
    "a b",
    "u@a",
    "*.lan",
    "127.1",
    "0x7f.0.0.1",
    "[::1",
    "[0:0::1]",
    "1.2.3.4.5",
  ])("takes no %j", (text) => expect(parsePrivateHosts(text)).toBeNull());
});

type Upstream = Awaited<ReturnType<typeof serveOn127>>;
type Listener = Parameters<typeof serveOn127>[0];

let upstream: Upstream;
let other: Upstream;
let behave: Listener = () => undefined;
const received: { host: string | undefined; url: string | undefined; authorization: string | undefined }[] =
  [];

beforeAll(async () => {
  const listener: Listener = (request, response) => {
    const { host, authorization } = request.headers;
    received.push({ host, url: request.url, authorization });
    behave(request, response);
  };
  upstream = await serveOn127(listener);
  other = await serveOn127(listener);
});
afterAll(async () => {
  await Promise.all([upstream.stop(), other.stop()]);
});
beforeEach(() => {
  received.length = 0;
  behave = (_, response) => void response.end("fine");
});

const policy = (changes: Partial<GuardPolicy> = {}): GuardPolicy => ({
  schemes: ["http:", "https:"],
  privateHosts: new Set([`127.0.0.1:${upstream.port}`]),
  resolve: systemResolve,
  ...changes,
});

function get(url: string, changes: Partial<GuardedRequest> = {}, rules: GuardPolicy = policy()) {
  const request: GuardedRequest = {
    method: "GET",
    headers: new Headers(),
    signal: new AbortController().signal,
    maxBytes: 1_000_000,
    connectMs: 2000,
    idleMs: 2000,
    ...changes,
  };
  return guardedFetch(new URL(url), request, rules);
}

const text = (body: ReadableStream<Uint8Array>) => new Response(body as BodyInit).text();

const blocked = { guard: "blocked" };

describe("a guarded fetch refuses", () => {
  it.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/",
    "http://LOCALHOST/",
    "https://1.1.1.1:8443/",
    "http://user@1.1.1.1/",
    "http://user:pw@1.1.1.1/",
    "ftp://1.1.1.1/",
    "file:///etc/passwd",
  ])("%s", async (url) => {
    await expect(get(url)).rejects.toMatchObject(blocked);
    expect(received).toEqual([]);
  });

  it("plain http where only https is meant", async () => {
    await expect(get("http://1.1.1.1/", {}, policy({ schemes: ["https:"] }))).rejects.toMatchObject({
      guard: "blocked",
      message: expect.stringContaining("https only"),
    });
  });

  it.each([[["10.0.0.1"]], [["1.1.1.1", "127.0.0.1"]], [["::1", "2606:4700::1"]], [["fe80::1%lo"]], [[]]])(
    "a name that leads to %j",
    async (answers) => {
      const resolve = async () =>
        answers.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      await expect(get("http://rebound.example/", {}, policy({ resolve }))).rejects.toMatchObject(blocked);
    },
  );

  it("to ask a name twice: the connection is made to what was checked", async () => {
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    let asked = 0;
    const resolve = async () => (answers[asked++] ?? []).map((address) => ({ address, family: 4 }));
    const name = `git.invalid:${upstream.port}`;
    const reply = await get(`http://${name}/`, {}, policy({ resolve, privateHosts: new Set([name]) }));
    expect(await text(reply.body)).toBe("fine");
    expect(asked).toBe(1);
    expect(received[0]?.host).toBe(name);
  });

  it("another port of a listed host", async () => {
    await expect(get(`http://127.0.0.1:${other.port}/`)).rejects.toMatchObject(blocked);
  });

  it("to wait for a peer that changes to another protocol, which it was not asked to", async () => {
    const closed = gate();
    behave = (request) => {
      request.socket.once("close", () => closed.open());
      request.socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    };
    await expect(get(upstream.url, { idleMs: 60_000 })).rejects.toMatchObject({ guard: "unreadable" });
    await closed.opened;
  });

  it("a certificate nobody vouches for", async () => {
    behave = () => undefined;
    await expect(get(`https://127.0.0.1:${upstream.port}/`)).rejects.toThrow(
      /SSL|EPROTO|disconnected|hang up/i,
    );
  });
});

describe("redirects", () => {
  const redirect = (location: string, status = 302): void => {
    behave = (request, response) => {
      if (request.url === "/") response.writeHead(status, { location }).end("moved");
      else response.end("fine");
    };
  };

  it.each([301, 302, 303, 307, 308])("are followed: %i", async (status) => {
    redirect("/there?x=1", status);
    const headers = new Headers({ authorization: "Basic canary" });
    const reply = await get(upstream.url, { headers });
    expect(await text(reply.body)).toBe("fine");
    expect(reply.url.href).toBe(`${upstream.url}/there?x=1`);
    expect(received.map(({ url, authorization }) => [url, authorization])).toEqual([
      ["/", "Basic canary"],
      ["/there?x=1", "Basic canary"],
    ]);
  });

  it("take what says what is asked for to another origin, and nothing that may be a secret", async () => {
    redirect(`${other.url}/there`);
    const harmless = {
      accept: "text/html",
      "accept-encoding": "gzip",
      "accept-language": "de",
      "cache-control": "no-cache",
      "content-type": "text/plain",
      "git-protocol": "version=2",
      "if-none-match": '"a"',
      range: "bytes=0-5",
      "user-agent": "me",
    };
    const secret = {
      authorization: "Basic canary",
      cookie: "canary=1",
      "proxy-authorization": "Basic canary",
      "x-api-key": "canary",
      "accept-token": "canary",
      "private-token": "canary",
    };
    const got: IncomingHttpHeaders[] = [];
    const answer = behave;
    behave = (request, response) => (got.push(request.headers), answer(request, response));
    const privateHosts = new Set([`127.0.0.1:${upstream.port}`, `127.0.0.1:${other.port}`]);
    const headers = new Headers({ ...harmless, ...secret });
    await get(upstream.url, { headers }, policy({ privateHosts }));
    expect(got[0]).toMatchObject({ ...harmless, ...secret });
    expect(got[1]).toMatchObject({ ...harmless, via: "1.1 okcvm" });
    expect(JSON.stringify(got[1])).not.toContain("canary");
    for (const name of Object.keys(secret)) expect(got[1]).not.toHaveProperty(name);
    // The caller's own headers are as they were.
    expect(headers.get("x-api-key")).toBe("canary");
  });

  it("lose the login on their way to another origin", async () => {
    redirect(`${other.url}/there`);
    const privateHosts = new Set([`127.0.0.1:${upstream.port}`, `127.0.0.1:${other.port}`]);
    await get(
      upstream.url,
      { headers: new Headers({ authorization: "Basic canary" }) },
      policy({ privateHosts }),
    );
    expect(received.map(({ authorization }) => authorization)).toEqual(["Basic canary", undefined]);
  });

  it.each([
    () => `${other.url}/there`,
    () => "http://169.254.169.254/",
    () => "http://localhost/",
    () => "//127.0.0.1/",
    () => `http://user:pw@127.0.0.1:9/`,
    () => "file:///etc/passwd",
  ])("are checked as the first address was", async (location) => {
    redirect(location());
    await expect(get(upstream.url)).rejects.toMatchObject(blocked);
    expect(received).toHaveLength(1);
  });

  it("end after five", async () => {
    behave = (request, response) => void response.writeHead(302, { location: `${request.url}x` }).end();
    await expect(get(upstream.url)).rejects.toMatchObject({ guard: "redirects" });
    expect(received).toHaveLength(6);
  });

  it("are not made with a body, nor to nowhere", async () => {
    redirect("/there", 307);
    const body = new Response("body").body;
    await expect(get(upstream.url, { method: "POST", body })).rejects.toMatchObject({ guard: "redirects" });
    redirect("http://[");
    await expect(get(upstream.url)).rejects.toMatchObject({ guard: "redirects" });
  });
});

describe("bounds", () => {
  it("hold for a reply's length, said or not, and after decompression", async () => {
    const big = Buffer.alloc(200_000);
    behave = (_, response) => void response.writeHead(200, { "content-length": big.length }).end(big);
    await expect(get(upstream.url, { maxBytes: 100_000 })).rejects.toMatchObject({ guard: "too-large" });
    behave = (_, response) => (response.write(big), void response.end());
    const grown = await get(upstream.url, { maxBytes: 100_000 });
    await expect(text(grown.body)).rejects.toBeInstanceOf(GuardError);
    behave = (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(big));
    const packed = await get(upstream.url, { maxBytes: 100_000 });
    await expect(text(packed.body)).rejects.toMatchObject({ guard: "too-large" });
    const small = await get(upstream.url, { maxBytes: 300_000 });
    expect((await text(small.body)).length).toBe(200_000);
  });

  it("are nothing to a reply without a body, whatever its headers say", async () => {
    const said = { "content-encoding": "gzip", "content-length": 200_000 };
    for (const [method, status] of [
      ["HEAD", 200],
      ["GET", 304],
    ] as const) {
      behave = (_, response) => void response.writeHead(status, said).end();
      const reply = await get(upstream.url, { method, maxBytes: 100_000 });
      expect([reply.status, await text(reply.body)]).toEqual([status, ""]);
    }
    behave = (_, response) => void response.writeHead(204, { "content-encoding": "gzip" }).end();
    expect(await text((await get(upstream.url)).body)).toBe("");
  });

  it.each(["gzip", "deflate", "br", "gzip, br"])("take no body for an empty one: %s", async (encoding) => {
    behave = (_, response) => void response.writeHead(200, { "content-encoding": encoding }).end();
    expect(await text((await get(upstream.url)).body)).toBe("");
    // What is cut before its first byte is no empty body.
    behave = (_, response) => {
      response.writeHead(200, { "content-encoding": encoding }).flushHeaders();
      setImmediate(() => response.destroy());
    };
    await expect(get(upstream.url).then(({ body }) => text(body))).rejects.toThrow();
  });

  it("of a body that is not sent are not said, which the peer would wait for", async () => {
    behave = (request, response) => void response.end(String(request.headers["content-length"]));
    const headers = new Headers({ "content-length": "5" });
    expect(await text((await get(upstream.url, { headers })).body)).toBe("undefined");
  });

  it("are two for what was compressed more than once", async () => {
    let body = Buffer.from("fine");
    behave = (request, response) => {
      const encodings = decodeURIComponent(request.url?.slice(1) ?? "");
      response.writeHead(200, { "content-encoding": encodings }).end(body);
    };
    const read = async (encodings: string) =>
      text((await get(`${upstream.url}/${encodeURIComponent(encodings)}`)).body);
    body = gzipSync(body);
    expect(await read("identity, gzip")).toBe("fine");
    body = brotliCompressSync(body);
    expect(await read("gzip, br")).toBe("fine");
    expect(await read("X-GZIP , BR")).toBe("fine");
    body = gzipSync(body);
    const failure = { guard: "unreadable", message: "The reply is compressed 3 times; 2 are read here." };
    await expect(read("gzip, br, gzip")).rejects.toMatchObject(failure);
    // What nobody knows was not asked for, and is passed on as it is.
    body = Buffer.from("as it is");
    expect(await read("utf-8")).toBe("as it is");
    expect(await read("gzip, zap")).toBe("as it is");
  });

  it("hold for silence before and within a reply", async () => {
    behave = () => undefined;
    await expect(get(upstream.url, { idleMs: 100 })).rejects.toMatchObject({ guard: "timeout" });
    behave = (_, response) => void response.write("some");
    const reply = await get(upstream.url, { idleMs: 100 });
    await expect(text(reply.body)).rejects.toMatchObject({ guard: "timeout" });
    await expect(
      get(
        "http://slow.example/",
        { connectMs: 100 },
        policy({ resolve: () => new Promise(() => undefined) }),
      ),
    ).rejects.toMatchObject({ guard: "timeout" });
  });

  it("give a slow reader its time", async () => {
    behave = (_, response) => (response.write("some"), void response.end(" more"));
    const reply = await get(upstream.url, { idleMs: 100 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await text(reply.body)).toBe("some more");
  });

  it("read from the network only what is read here", async () => {
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    behave = (_, response) => {
      const more = () => {
        while (sent < 3000) {
          sent += 1;
          if (!response.write(chunk)) return response.once("drain", more);
        }
        return response.end();
      };
      more();
    };
    const reply = await get(upstream.url, { maxBytes: 1e9 });
    const reader = reply.body.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent).toBeLessThan(300);
    await reader.cancel();
  });
});

describe("ends", () => {
  it("reach the peer when the caller leaves", async () => {
    const arrived = gate();
    const left = gate();
    behave = (_, response) => {
      response.on("close", () => left.open());
      arrived.open();
    };
    const stop = new AbortController();
    const reply = get(upstream.url, { signal: stop.signal });
    await arrived.opened;
    stop.abort();
    await expect(reply).rejects.toMatchObject({ name: "AbortError" });
    await left.opened;
  });

  it("reach the peer when the body is cancelled, or its signal fires within it", async () => {
    for (const end of ["cancel", "abort"] as const) {
      const left = gate();
      behave = (_, response) => {
        response.on("close", () => left.open());
        response.write("some");
      };
      const stop = new AbortController();
      const reply = await get(upstream.url, { signal: stop.signal });
      if (end === "cancel") await reply.body.cancel();
      else stop.abort();
      await left.opened;
    }
  });

  it("are told from the end of a whole reply", async () => {
    behave = (_, response) => void response.write("some", () => response.destroy());
    const reply = await get(upstream.url);
    await expect(text(reply.body)).rejects.toThrow();
    behave = (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.write(gzipSync(Buffer.alloc(100_000)).subarray(0, 50), () => response.destroy());
    };
    const packed = await get(upstream.url);
    await expect(text(packed.body)).rejects.toThrow();
  });

  it("of an upload reach whoever uploads", async () => {
    behave = (request) => request.socket.destroy();
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => void (cancelled = true),
    });
    await expect(get(upstream.url, { method: "POST", body })).rejects.toThrow();
    expect(cancelled).toBe(true);
  });
});
