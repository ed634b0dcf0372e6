import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import { checkTarget } from "../../../sync-server/guard/check-target.ts";
import { readTarget } from "../../../sync-server/guard/raw-target.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { seeded } from "../../support/ports/seeded.ts";
import { serveOn127 } from "./fixture.ts";
import { op, SyncServer, type Person } from "./sync-fixture.ts";

/** Addresses no stranger may have fetched: each network's first and last among them. */
const PRIVATE_4 =
  "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.254 169.254.0.1 169.254.169.254 169.254.170.2 168.63.129.16 172.16.0.0 172.31.255.255 192.0.0.192 192.0.2.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 100.100.100.200".split(
    " ",
  );
const PUBLIC_4 =
  "1.1.1.1 8.8.8.8 93.184.216.34 140.82.121.3 151.101.1.69 104.16.0.1 52.1.2.3 223.5.5.5".split(" ");
const PUBLIC_6 = "2606:4700:4700::1111 2a00:1450:4001:80b::200e 2001:4860:4860::8888 2620:fe::fe".split(" ");
const PRIVATE_6 =
  ":: ::1 ::ffff:7f00:1 ::ffff:a9fe:a9fe ::7f00:1 64:ff9b::7f00:1 64:ff9b:1::a00:1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 2002:7f00:1:: 2001:0:7f00:1:: 2001:db8::1 3fff::1 100::1 5f00::1".split(
    " ",
  );
const NAMES =
  "example.com www.wikipedia.org api.github.com xn--bcher-kva.example a.b.c.d.example.org bücher.example".split(
    " ",
  );

/** Every name is an ordinary public host here. */
const policy = {
  schemes: ["http:", "https:"] as const,
  ports: ["", "80", "443", "8080", "8443"],
  privateHosts: new Set<string>(),
  resolve: async () => [{ address: "93.184.216.34", family: 4 }],
};

async function verdict(text: string): Promise<"allowed" | "refused"> {
  try {
    await checkTarget(readTarget(text), policy);
    return "allowed";
  } catch {
    return "refused";
  }
}

/** Ways to write a dotted address that some programs read as that address. */
function spellings(address: string): string[] {
  const bytes = address.split(".").map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;
  const wide = (text: string) =>
    text.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  const escaped = (text: string) => text.replaceAll(/\d/g, (digit) => `%3${digit}`);
  return [
    String(whole),
    hex(whole),
    octal(whole),
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    bytes.map(hex).join("."),
    bytes.map(octal).join("."),
    `${hex(a)}.${b}.${octal(c)}.${d}`,
    bytes.map((value) => String(value).padStart(3, "0")).join("."),
    wide(address),
    address.replaceAll(".", "。"),
    escaped(address),
    `${address}.`,
    `[::ffff:${address}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::1]`,
  ];
}

describe("the guard of strangers' addresses", () => {
  it.each(PRIVATE_4)("refuses %s in every spelling", async (address) => {
    for (const host of [address, ...spellings(address)])
      for (const url of [`http://${host}/`, `https://${host}:8080/x`, `HTTP://${host}`])
        expect(`${url} ${await verdict(url)}`).toBe(`${url} refused`);
  });

  it("refuses other IPv6 addresses than public ones", async () => {
    for (const address of PRIVATE_6)
      expect(`${address} ${await verdict(`http://[${address}]/`)}`).toBe(`${address} refused`);
  });

  it("allows ordinary hosts, with the usual ports", async () => {
    const hosts = [...NAMES, ...PUBLIC_4, ...PUBLIC_6.map((address) => `[${address}]`)];
    for (const host of hosts)
      for (const end of ["", "/", ":80/", ":443/a?b#c", ":8080", ":8443/%20"])
        for (const scheme of ["http", "https", "HTTPS"]) {
          const url = `${scheme}://${host}${end}`;
          expect(`${url} ${await verdict(url)}`).toBe(`${url} allowed`);
        }
  });

  it.each([
    "",
    "example.com",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "http:/example.com/",
    "http:example.com/",
    "http:\\\\example.com\\",
    "http://example.com\\@127.0.0.1/",
    "http://user@example.com/",
    "http://user:pw@example.com/",
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:65536/",
    "http://exam\tple.com/",
    "http://example.com/\r\nHost: x",
    " http://example.com/",
    "http://example.com/ a",
    "http://[::1",
    "http:///path",
    "http://?x",
    "http://1.1.1.1.1.1/..:",
  ])("refuses %j", async (url) => expect(await verdict(url)).toBe("refused"));

  it("refuses what a fuzzer makes of private addresses", async () => {
    const random = seeded(Number(process.env["OKCVM_SEED"] ?? 20_261_126));
    const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
    for (let round = 0; round < 3_000; round++) {
      const address = random(2) === 0 ? pick(PRIVATE_4) : privateAddress(random);
      const host = pick([address, ...spellings(address)]);
      const before = pick(["", "", "", "user@", "@", "example.com@", "%00@", "a:b@"]);
      const port = pick(["", ":80", ":443", ":8080", ":", ":00080"]);
      const path = pick(["", "/", "/latest/meta-data", "?x", "#@example.com", "/..;/"]);
      const url = `${pick(["http", "https", "hTTp"])}://${before}${host}${port}${path}`;
      expect(`${url} ${await verdict(url)}`).toBe(`${url} refused`);
    }
  });
});

function privateAddress(random: (limit: number) => number): string {
  const rest = (count: number) => Array.from({ length: count }, () => random(256)).join(".");
  const makers = [
    () => `10.${rest(3)}`,
    () => `127.${rest(3)}`,
    () => `192.168.${rest(2)}`,
    () => `172.${16 + random(16)}.${rest(2)}`,
    () => `169.254.${rest(2)}`,
    () => `100.${64 + random(64)}.${rest(2)}`,
    () => `${224 + random(32)}.${rest(3)}`,
  ];
  return makers[random(makers.length)]?.() ?? "127.0.0.1";
}

describe("POST /v1/fetch", () => {
  let kind: Awaited<ReturnType<(typeof DATABASE_KINDS)[number]["start"]>>;
  let database: Database;
  let upstream: Awaited<ReturnType<typeof serveOn127>>;
  let server: SyncServer;
  let person: Person;
  let behave: Parameters<typeof serveOn127>[0];
  const received: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = [];
  /** What the resolver answers for `rebind.example`, one answer after another. */
  let answers: string[] = [];

  beforeAll(async () => {
    kind = await (DATABASE_KINDS[0] ?? expect.fail()).start();
    database = await openDatabase(await kind.newDatabase());
    upstream = await serveOn127((request, response) => {
      received.push({ url: request.url, headers: request.headers });
      behave(request, response);
    });
    server = new SyncServer(
      database,
      {},
      {
        privateHosts: new Set([`allowed.example:${upstream.port}`]),
        perMinute: 1_000,
        resolve: async (name) => {
          if (name === "allowed.example") return [{ address: "127.0.0.1", family: 4 }];
          if (name === "rebind.example") return [{ address: answers.shift() ?? "127.0.0.1", family: 4 }];
          if (name === "inside.example")
            return [
              { address: "93.184.216.34", family: 4 },
              { address: "10.0.0.7", family: 4 },
            ];
          throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
        },
      },
    );
    person = await server.newPerson();
  });

  afterAll(async () => {
    await upstream?.stop();
    await database?.close();
    await kind?.stop();
  });

  beforeEach(() => {
    received.length = 0;
    behave = (_, response) => void response.end("fine");
  });

  const ask = (body: Record<string, unknown>, token = person.token) =>
    server.raw("POST", "/fetch", { token, body });
  const allowed = (path = "/") => `http://allowed.example:${upstream.port}${path}`;

  it("answers the upstream's bytes, its status and where they came from", async () => {
    behave = (request, response) => {
      if (request.url === "/from") return void response.writeHead(302, { location: "/to?x=1" }).end();
      response.writeHead(404, {
        "content-type": "text/html; charset=utf-8",
        "content-encoding": "gzip",
        "set-cookie": "a=b",
        "access-control-allow-origin": "*",
      });
      response.end(gzipSync("<h1>gone</h1>"));
    };
    const reply = await ask({
      url: allowed("/from"),
      headers: { "X-Own": "yes", Cookie: "c=d", Host: "evil" },
    });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe("<h1>gone</h1>");
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "x-upstream-status": "404",
      "x-upstream-url": allowed("/to?x=1"),
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; sandbox",
      "content-disposition": "attachment",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    for (const name of ["set-cookie", "access-control-allow-origin", "content-encoding"])
      expect(reply.headers.has(name)).toBe(false);
    expect(received[1]?.headers).toMatchObject({
      "x-own": "yes",
      host: `allowed.example:${upstream.port}`,
      via: "1.1 okcvm",
    });
    expect(received[1]?.headers["cookie"]).toBeUndefined();
    expect(JSON.stringify(received)).not.toContain(person.token);
  });

  it("passes a body on, and HEAD as it is", async () => {
    behave = (request, response) => void request.pipe(response.writeHead(201, { etag: '"v1"' }));
    const posted = await ask({
      url: allowed(),
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "grüße",
    });
    expect([
      posted.headers.get("x-upstream-status"),
      posted.headers.get("etag"),
      await posted.text(),
    ]).toEqual(["201", '"v1"', "grüße"]);
    expect(received[0]?.headers["content-type"]).toBe("text/plain");
    behave = (_, response) => void response.writeHead(200, { "content-length": "5" }).end();
    expect(await (await ask({ url: allowed(), method: "HEAD" })).text()).toBe("");
  });

  it.each([
    ["an address of this machine", "http://127.0.0.1/"],
    ["the metadata service", "http://169.254.169.254/latest/meta-data/"],
    ["a number", "http://2130706433/"],
    ["a name with one private address among its", "http://inside.example/"],
    ["another port of an allowed host", "http://allowed.example:1/"],
  ])("refuses %s: 403, code and message", async (_name, url) => {
    const reply = await ask({ url });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ code: "blocked", message: expect.any(String) });
    expect(received).toEqual([]);
  });

  it("checks every hop, and each name anew", async () => {
    behave = (_, response) =>
      void response.writeHead(302, { location: `http://127.0.0.1:${upstream.port}/` }).end();
    expect((await ask({ url: allowed() })).status).toBe(403);
    expect(received).toHaveLength(1);
    answers = ["127.0.0.1"];
    expect((await ask({ url: "http://rebind.example/" })).status).toBe(403);
  });

  it("says 502 for an upstream that fails, and breaks off what is too large", async () => {
    expect((await ask({ url: "http://nowhere.example/" })).status).toBe(502);
    behave = (request) => void request.socket.destroy();
    const cut = await ask({ url: allowed() });
    expect([cut.status, await cut.json()]).toEqual([502, expect.objectContaining({ code: "unreachable" })]);
    behave = (request) =>
      void request.socket.end("HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    const other = await ask({ url: allowed() });
    expect([other.status, await other.json()]).toEqual([
      502,
      expect.objectContaining({ code: "unreadable" }),
    ]);
    behave = (_, response) => void response.writeHead(302, { location: "/again" }).end();
    expect(await (await ask({ url: allowed() })).json()).toMatchObject({ code: "redirects" });
    behave = (_, response) =>
      void response.writeHead(200, { "content-length": String(11 * 1024 * 1024) }).end();
    expect(await (await ask({ url: allowed() })).json()).toMatchObject({ code: "too-large" });
    behave = (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(Buffer.alloc(12 * 1024 * 1024)));
    };
    await expect((await ask({ url: allowed() })).arrayBuffer()).rejects.toThrow();
  });

  it("wants a token of scope proxy, good input, and patience", async () => {
    expect((await server.call("POST", "/fetch", { body: { url: allowed() } })).status).toBe(401);
    const reader = await server.newDevice(person, "reader", ["sync"]);
    expect((await ask({ url: allowed() }, reader.token)).status).toBe(403);
    for (const bad of [
      {},
      { url: 1 },
      { url: allowed(), method: "PUT" },
      { url: allowed(), headers: { "a b": "c" } },
    ])
      expect((await ask(bad)).status).toBe(400);
    expect((await ask({ url: allowed(), headers: { a: "b\r\nc: d" } })).status).toBe(400);
    const hasty = new SyncServer(database, {}, { perMinute: 2, resolve: async () => [] });
    const hurry = async () =>
      (await hasty.raw("POST", "/fetch", { token: person.token, body: { url: "http://x.example/" } })).status;
    expect([await hurry(), await hurry(), await hurry()]).toEqual([403, 403, 429]);
    hasty.now += 61_000;
    expect(await hurry()).toBe(403);
    expect(received).toEqual([]);
  });

  it("refuses a body that would not be sent, and says what to do", async () => {
    for (const method of [undefined, "GET", "HEAD"]) {
      const reply = await ask({ url: allowed(), method, body: "x" });
      expect([reply.status, await reply.json()]).toEqual([
        400,
        {
          error: {
            code: "bad_request",
            message: "body: Only POST takes a body: leave it out, or send POST.",
          },
        },
      ]);
      expect((await ask({ url: allowed(), method, body: "" })).status).toBe(200);
    }
    expect(received.map(({ headers }) => headers["content-length"])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("fetches only so much for an account in an hour, and for another as much again", async () => {
    behave = (_, response) => response.end(Buffer.alloc(60_000, 7));
    const small = new SyncServer(
      database,
      { fetchBytesPerHour: 100_000 },
      {
        privateHosts: new Set([`allowed.example:${upstream.port}`]),
        resolve: async () => [{ address: "127.0.0.1", family: 4 }],
      },
    );
    const other = await small.newPerson("other");
    const take = async (token: string) => {
      const reply = await small.raw("POST", "/fetch", { token, body: { url: allowed() } });
      return [reply.status, (await reply.arrayBuffer()).byteLength > 1_000];
    };
    expect(await take(person.token)).toEqual([200, true]);
    expect(await take(person.token)).toEqual([200, true]);
    expect(await take(person.token)).toEqual([429, false]);
    expect(await take(other.token)).toEqual([200, true]);
    small.now += 60 * 60_000 + 1;
    expect(await take(person.token)).toEqual([200, true]);
  });

  it("leaves the rest of the API as it is", async () => {
    expect((await server.push(person, [op()])).status).toBe(200);
  });
});
