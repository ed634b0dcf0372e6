import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import * as fs from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import * as isomorphic from "isomorphic-git";
import http from "isomorphic-git/http/node";
import { describe, expect, it } from "vitest";

import { encodeEntryHead } from "../../../src/domain/git/pack-entry.ts";
import { PackWriter } from "../../../src/domain/git/pack-writer.ts";
import { BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { git } from "../../support/git-server/git.ts";
import { commitIn, commitOf, packOfTree, treeOf } from "../../support/git-server/hand-made-objects.ts";
import { fsck, GitRemoteServer, refusal, saveAs, useGitRemote } from "./git-remote-fixture.ts";
import type { Person } from "./sync-fixture.ts";

const NONE = "0".repeat(40);
const PUSH = "git-receive-pack";

function pkt(text: string): Buffer {
  return Buffer.from((Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text);
}

/** A push as no Git would send it. */
function pushBody(commands: string[], pack: Uint8Array = new Uint8Array()): Buffer {
  const [first = "", ...more] = commands;
  const lines = [`${first}\0report-status`, ...more].map(pkt);
  return Buffer.concat([...lines, Buffer.from("0000"), pack]);
}

function sealed(count: number, ...entries: Uint8Array[]): Buffer {
  const head = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1");
  head.writeUInt32BE(count, 8);
  const body = Buffer.concat([head, ...entries]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

describe.each(DATABASE_KINDS)("the Git remote on $name keeps", ({ start }) => {
  let database: Database;
  let server: GitRemoteServer;
  let person: Person;
  useGitRemote(start, (bench) => ({ database, server, person } = bench));

  const remote = () => server.newRemote(person);

  async function send(space: string, body: Buffer, headers: Record<string, string> = {}) {
    const reply = await fetch(`http://127.0.0.1:${server.port}/git/${space}.git/${PUSH}`, {
      method: "POST",
      body: new Uint8Array(body),
      headers: {
        authorization: `Bearer ${person.token}`,
        "content-type": `application/x-${PUSH}-request`,
        ...headers,
      },
    });
    return { status: reply.status, text: await reply.text() };
  }

  /** The same from a client that asks for leave to send its body first. */
  function sendAfterLeave(space: string, body: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const sending = request({
        port: server.port,
        host: "127.0.0.1",
        path: `/git/${space}.git/${PUSH}`,
        method: "POST",
        headers: {
          authorization: `Bearer ${person.token}`,
          "content-type": `application/x-${PUSH}-request`,
          "content-encoding": "gzip",
          expect: "100-continue",
        },
      });
      sending.on("continue", () => sending.end(body));
      sending.on("error", reject);
      sending.on("response", (reply) => {
        let text = "";
        reply.on("data", (bytes: Buffer) => (text += bytes.toString()));
        reply.on("end", () => resolve(text));
      });
      sending.flushHeaders();
    });
  }

  /** A pack as a browser brings it. Answers the status. */
  async function upload(space: string, pack: Uint8Array): Promise<number> {
    const at = `/spaces/${space}/blobs/${Buffer.from(pack.subarray(-20)).toString("hex")}`;
    const { token } = person;
    await server.api.raw("PUT", `${at}/parts/0`, { token, bytes: pack });
    return (await server.api.call("POST", `${at}/finish`, { token, body: { size: pack.length } })).status;
  }

  /** What a space takes, and what is in it. */
  async function contentOf(space: string): Promise<{ bytes: number; blobs: string[]; refs: string[] }> {
    const { kysely } = database;
    const row = await kysely.selectFrom("spaces").select("bytes").where("id", "=", space).executeTakeFirst();
    const blobs = await kysely.selectFrom("blobs").select("id").where("space_id", "=", space).execute();
    const items = await server.api.pullAll(person, 500, space);
    const refs = items.filter(({ id, body }) => id.startsWith("ref.") && body !== null);
    return {
      bytes: Number(row?.bytes),
      blobs: blobs.map(({ id }) => id),
      refs: refs.map(({ body }) => body ?? ""),
    };
  }

  it("strangers out", async () => {
    const { space, url } = await remote();
    const work = await server.work();
    await git(work, "push", "-q", url, "main");
    const address = (name: string, of = space) => `http://127.0.0.1:${server.port}/git/${of}/${name}`;
    const status = async (
      token: string | null,
      { of = space, service = "git-upload-pack" }: { of?: string; service?: string } = {},
    ) => {
      const headers: Record<string, string> =
        token === null ? {} : { authorization: `Basic ${btoa(`anyone:${token}`)}` };
      const refs = await fetch(address(`info/refs?service=${service}`, of), { headers });
      const type = `application/x-${service}-request`;
      const rpc = await fetch(address(service, of), {
        method: "POST",
        headers: { ...headers, "content-type": type },
        body: "0000",
      });
      expect(rpc.status).toBe(refs.status);
      return refs;
    };
    const none = await status(null);
    expect(none.status).toBe(401);
    expect(none.headers.get("www-authenticate")).toMatch(/^Basic realm="OKCVM"/);
    expect(none.headers.get("content-type")).toContain("text/plain");
    expect((await status(`okcvm_${randomBytes(32).toString("base64url")}`)).status).toBe(401);
    expect((await status(person.token)).status).toBe(200);
    const stranger = await server.api.newPerson("stranger");
    expect((await status(stranger.token)).status).toBe(404);
    expect((await status(person.token, { of: person.homeSpace })).status).toBe(404);
    expect((await status(person.token, { of: "%C3%BC" })).status).toBe(404);
    expect((await status(person.token, { of: randomBytes(16).toString("hex") })).status).toBe(404);
    const reader = await server.api.newDevice(person, "reader", ["git:read"]);
    expect((await status(reader.token)).status).toBe(200);
    expect((await status(reader.token, { service: PUSH })).status).toBe(403);
    const syncOnly = await server.api.newDevice(person, "sync", ["sync"]);
    expect((await status(syncOnly.token)).status).toBe(403);
    const secret = await server.newSpace(person, true);
    const encrypted = await status(person.token, { of: secret });
    expect(encrypted.status).toBe(403);
    expect(await encrypted.text()).toContain("encrypted");
    await database.kysely
      .insertInto("members")
      .values({ space_id: space, account_id: stranger.accountId, role: "viewer", created_at: 0 })
      .execute();
    expect((await status(stranger.token)).status).toBe(200);
    expect((await status(stranger.token, { service: PUSH })).status).toBe(403);
    const theirs = await server.clone(server.url(space, stranger.token));
    await saveAs(theirs, { "b.txt": "b\n" });
    expect(await refusal(theirs, "push", "origin", "main")).toMatch(/403/);
    // A page of another origin can send only types that need no leave.
    expect((await send(space, Buffer.from("0000"), { "content-type": "text/plain" })).status).toBe(415);
    expect(
      (await fetch(address("HEAD"), { headers: { authorization: `Bearer ${person.token}` } })).status,
    ).toBe(404);
    expect(
      (await fetch(address("info/refs"), { headers: { authorization: `Bearer ${person.token}` } })).status,
    ).toBe(403);
    const wrong = `okcvm_${randomBytes(32).toString("base64url")}`;
    expect(await refusal(work, "clone", server.url(space, wrong), "x")).toMatch(
      /Authentication failed|Invalid/i,
    );
    for (let n = 0; n < 20; n++)
      await fetch(address("info/refs?service=git-upload-pack"), { headers: { authorization: "Bearer x" } });
    expect((await status("wrong")).status).toBe(429);
    expect((await status(person.token)).status).toBe(200);
  });

  it("nothing of a push whose connection is cut", async () => {
    const { space } = await remote();
    const work = await server.work({ "random.bin": randomBytes(8 * BLOB_PART_BYTES) });
    const oid = await git(work, "rev-parse", "main");
    await git(work, "repack", "-adq");
    const [name] = fs.readdirSync(join(work, ".git/objects/pack")).filter((one) => one.endsWith(".pack"));
    const body = pushBody(
      [`${NONE} ${oid} refs/heads/main`],
      fs.readFileSync(join(work, ".git/objects/pack", name ?? "")),
    );
    for (const at of [0.02, 0.5, 0.7, 0.999]) {
      const cut = Math.floor(body.length * at);
      await new Promise<void>((resolve) => {
        const sending = request({
          port: server.port,
          host: "127.0.0.1",
          path: `/git/${space}.git/${PUSH}`,
          method: "POST",
          headers: {
            authorization: `Bearer ${person.token}`,
            "content-type": `application/x-${PUSH}-request`,
            "content-length": body.length,
          },
        });
        sending.on("error", () => resolve());
        sending.write(body.subarray(0, cut), () => setTimeout(() => sending.destroy(), 100));
        sending.on("close", () => resolve());
      });
      await expect
        .poll(() => contentOf(space), { timeout: 5_000 })
        .toEqual({ bytes: 0, blobs: [], refs: [] });
    }
    // The same bytes, whole.
    const { text } = await send(space, body);
    expect(text).toContain("unpack ok");
    expect((await contentOf(space)).refs).toHaveLength(1);
    await server.clone(server.url(space, person.token));
  }, 60_000);

  it("folders out that do harm where they are checked out", async () => {
    const { space } = await remote();
    const bad: [string, (blob: string) => Buffer][] = [
      ["no name", (blob) => treeOf(["100644", "", blob])],
      [".", (blob) => treeOf(["100644", ".", blob])],
      ["..", (blob) => treeOf(["100644", "..", blob])],
      [".git", (blob) => treeOf(["100644", ".git", blob])],
      [".GiT", (blob) => treeOf(["100644", ".GiT", blob])],
      ["git~1", (blob) => treeOf(["100644", "GIT~1", blob])],
      [".git on NTFS", (blob) => treeOf(["100644", ".git . ", blob])],
      [".git stream", (blob) => treeOf(["100644", ".git::$INDEX_ALLOCATION", blob])],
      ["behind a backslash", (blob) => treeOf(["100644", "a\\.git\\hooks", blob])],
      [".git on HFS", (blob) => treeOf(["100644", ".g\u200Cit", blob])],
      ["not UTF-8", (blob) => treeOf(["100644", Buffer.from("caf\xe9", "latin1"), blob])],
      ["half a character", (blob) => treeOf(["100644", Buffer.from([0xed, 0xa0, 0x80]), blob])],
      ["too long", (blob) => treeOf(["100644", "n".repeat(256), blob])],
      ["a slash", (blob) => treeOf(["100644", "a/b", blob])],
      ["twice", (blob) => treeOf(["100644", "a", blob], ["100644", "a", blob])],
      [
        "twice, apart",
        (blob) => treeOf(["100644", "a", blob], ["100644", "a.b", blob], ["40000", "a", EMPTY]),
      ],
      ["not in order", (blob) => treeOf(["100644", "b", blob], ["100644", "a", blob])],
      ["a strange mode", (blob) => treeOf(["100777", "a", blob])],
      ["a device", (blob) => treeOf(["20666", "a", blob])],
      ["a link to modules", (blob) => treeOf(["120000", ".gitmodules", blob])],
      ["cut short", (blob) => treeOf(["100644", "a", blob]).subarray(0, -1)],
    ];
    const taken: string[] = [];
    for (const [name, tree] of bad) {
      const { pack, oid } = packOfTree(tree);
      const { text } = await send(space, pushBody([`${NONE} ${oid} refs/heads/main`], pack));
      if (!/unpack (?!ok)[^\n]+\n.*ng refs\/heads\/main unpacker error/s.test(text))
        taken.push(`${name}: ${text}`);
    }
    expect(taken).toEqual([]);
    expect(await contentOf(space)).toEqual({ bytes: 0, blobs: [], refs: [] });
    const fine = packOfTree((blob) =>
      treeOf(
        ["100644", ".gitignore", blob],
        ["100755", "git", blob],
        ["100644", "git~2", blob],
        ["160000", "sub", NONE.replace(/0/g, "1")],
      ),
    );
    const { text } = await send(space, pushBody([`${NONE} ${fine.oid} refs/heads/main`], fine.pack));
    expect(text).toContain("ok refs/heads/main");
  });

  it.each([
    ["that come along", false],
    ["that are here", true],
  ])("trees and commits out that call objects %s what they are not", async (_, areHere) => {
    const { space, url } = await remote();
    const good = new PackWriter();
    const blob = good.add("blob", Buffer.from("content"));
    const tree = good.add("tree", treeOf(["100644", "a", blob]));
    const main = good.add(
      "commit",
      commitOf(good.add("tree", treeOf(["100644", "a", blob], ["40000", "d", tree]))),
    );
    const first = await send(space, pushBody([`${NONE} ${main} refs/heads/main`], good.finish()?.data));
    expect(first.text).toContain("ok refs/heads/main");
    const wrong: Record<string, (writer: PackWriter) => string> = {
      "a file as a folder": (writer) => commitIn(writer, treeOf(["40000", "x", blob])),
      "a folder as a file": (writer) => commitIn(writer, treeOf(["100644", "x", tree])),
      "a folder as a link": (writer) => commitIn(writer, treeOf(["120000", "x", tree])),
      "a commit as a file": (writer) => commitIn(writer, treeOf(["100644", "x", main])),
      "a commit as a folder": (writer) => commitIn(writer, treeOf(["40000", "x", main])),
      "both a file and a folder": (writer) =>
        commitIn(writer, treeOf(["100644", "x", blob], ["40000", "y", blob])),
      "a file as a commit's folder": (writer) => writer.add("commit", commitOf(blob, main)),
      "a folder as a parent": (writer) => writer.add("commit", commitOf(tree, main, tree)),
    };
    const taken: string[] = [];
    for (const [what, build] of Object.entries(wrong)) {
      const writer = new PackWriter();
      if (!areHere) {
        writer.add("blob", Buffer.from("content"));
        writer.add("tree", treeOf(["100644", "a", blob]));
        writer.add(
          "commit",
          commitOf(writer.add("tree", treeOf(["100644", "a", blob], ["40000", "d", tree]))),
        );
      }
      const oid = build(writer);
      const pack = writer.finish()?.data ?? Buffer.alloc(0);
      const { text } = await send(space, pushBody([`${main} ${oid} refs/heads/main`], pack));
      if (!/unpack [^\n]*calls? [^\n]* what it is not/.test(text)) taken.push(`${what}: ${text}`);
      const status = await upload(space, pack);
      if (status !== 422) taken.push(`${what}, uploaded: ${status}`);
    }
    expect(taken).toEqual([]);
    expect(await git(await server.clone(url), "rev-parse", "HEAD")).toBe(main);
  });

  const EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

  it("packs out that are damaged, lead nowhere, or grow without end", async () => {
    const { space } = await remote();
    const work = await server.work({ "a.txt": "a line of text\n".repeat(300) });
    for (let n = 0; n < 3; n++) await saveAs(work, { "a.txt": `${"a line of text\n".repeat(300)}${n}` });
    await git(work, "repack", "-adfq");
    const packs = join(work, ".git/objects/pack");
    const [name] = fs.readdirSync(packs).filter((one) => one.endsWith(".pack"));
    const pack = fs.readFileSync(join(packs, name ?? ""));
    const oid = await git(work, "rev-parse", "main");
    const command = [`${NONE} ${oid} refs/heads/main`];
    const refused = async (bytes: Uint8Array, words: RegExp, commands = command) => {
      const { status, text } = await send(space, pushBody(commands, bytes));
      expect(status).toBe(200);
      expect(text).toMatch(words);
      expect(text).not.toMatch(/ok refs/);
    };
    for (let at = 0; at < pack.length - 20; at += Math.ceil(pack.length / 30)) {
      const damaged = Buffer.from(pack);
      damaged[at] = (damaged[at] ?? 0) ^ 0x20;
      await refused(damaged, /unpack |ERR /);
      createHash("sha1")
        .update(damaged.subarray(0, -20))
        .digest()
        .copy(damaged, damaged.length - 20);
      const other = await server.newSpace(person);
      const { text } = await send(other, pushBody(command, damaged));
      expect(text).toMatch(/unpack |ERR /);
      if (!/ok refs/.test(text)) continue;
      // A bit that stands for nothing, behind the end of a deflated block: Git takes it too.
      const folder = server.folder();
      writeFileSync(join(folder, "it.pack"), damaged);
      await git(folder, "index-pack", "it.pack");
      await server.clone(server.url(other, person.token));
    }
    await refused(pack.subarray(0, -30), /unpack /);
    await refused(Buffer.concat([pack, pack]), /unpack /);
    await refused(randomBytes(3 * BLOB_PART_BYTES), /unpack /);
    await refused(Buffer.from("PACK"), /unpack /);
    await refused(Buffer.alloc(0), /no commit/);
    // A commit whose tree is nowhere, one whose parent is, a tree whose file is.
    const lost = "12".repeat(20);
    for (const add of [
      (writer: PackWriter) => writer.add("commit", commitOf(lost)),
      (writer: PackWriter) => writer.add("commit", commitOf(writer.add("tree", Buffer.alloc(0)), lost)),
      (writer: PackWriter) =>
        writer.add("commit", commitOf(writer.add("tree", treeOf(["100644", "a", lost])))),
    ]) {
      const writer = new PackWriter();
      const made = add(writer);
      await refused(writer.finish()?.data ?? Buffer.alloc(0), /leads to 1 objects/, [
        `${NONE} ${made} refs/heads/main`,
      ]);
    }
    // A delta of a few bytes that asks for gigabytes, and one of what is nowhere.
    const base = Buffer.from("x".repeat(100));
    const blob = new PackWriter().add("blob", base);
    const size = [0x80, 0x80, 0x80, 0x80, 0x10];
    const delta = Buffer.from([100, ...size, 0x90, 100]);
    const entry = (of: string) =>
      Buffer.concat([Buffer.of(0x70 | delta.length), Buffer.from(of, "hex"), deflateSync(delta)]);
    const whole = Buffer.concat([encodeEntryHead("blob", base.length), deflateSync(base)]);
    await refused(sealed(2, whole, entry(blob)), /over 100 MiB/);
    await refused(sealed(1, entry(lost)), /unpack /);
    const huge = Buffer.concat([
      encodeEntryHead("blob", 101 * 1024 * 1024),
      deflateSync(Buffer.alloc(101 * 1024 * 1024)),
    ]);
    await refused(sealed(1, huge), /over 100 MiB/);
    expect(await contentOf(space)).toEqual({ bytes: 0, blobs: [], refs: [] });
    expect((await send(space, pushBody(command, pack))).text).toContain("ok refs/heads/main");
  }, 60_000);

  it("names out that Git takes for no branches, and commands that are none", async () => {
    const { space } = await remote();
    const { pack, oid } = packOfTree((blob) => treeOf(["100644", "a", blob]));
    const names = [
      "../x",
      "a..b",
      "a.lock",
      ".a",
      "a/.b",
      "-a",
      "HEAD",
      "a b",
      "a~1",
      "a^",
      "a:b",
      "a?",
      "a*",
      "a[",
      "a\\b",
      "a@{b",
      "@",
      "a.",
      "a//b",
      "a/",
      "\u007f",
      "x".repeat(300),
    ];
    const { text } = await send(
      space,
      pushBody(
        names.map((name) => `${NONE} ${oid} refs/heads/${name}`),
        pack,
      ),
    );
    expect(text.match(/ng refs\/heads\//g)).toHaveLength(names.length);
    expect(text).not.toContain("ok refs");
    const twice = await send(
      space,
      pushBody(
        [1, 2].map(() => `${NONE} ${oid} refs/heads/main`),
        pack,
      ),
    );
    expect(twice.text).toMatch(/ok refs\/heads\/main\n.*ng refs\/heads\/main named twice/s);
    const stale = await send(space, pushBody([`${NONE} ${oid} refs/heads/main`], pack));
    expect(stale.text).toContain("ng refs/heads/main fetch first");
    const tree = await send(space, pushBody([`${NONE} ${EMPTY} refs/heads/tree`], pack));
    expect(tree.text).toContain("ng refs/heads/tree");
    for (const body of ["", "zzzz", "0003", "0007abc", "ffff", "000eno command"])
      expect((await send(space, Buffer.from(body))).text).toMatch(/^$|ERR /);
    const many = Array.from({ length: 500 }, (_, n) => `${NONE} ${oid} refs/heads/b${n}`);
    expect((await send(space, pushBody(many, pack))).text).toMatch(
      /unpack A push may change 400.*ng refs\/heads\/b499 unpacker error/s,
    );
    expect((await contentOf(space)).refs).toHaveLength(1);
  });

  it("fetches out that are none, and one that is given up does no harm", async () => {
    const { space, url } = await remote();
    const work = await server.work({ "random.bin": randomBytes(5 * BLOB_PART_BYTES) });
    await git(work, "push", "-q", url, "main");
    const oid = await git(work, "rev-parse", "HEAD");
    const ask = (body: Buffer | string, version: number, signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${server.port}/git/${space}/git-upload-pack`, {
        method: "POST",
        body: new Uint8Array(Buffer.from(body)),
        ...(signal ? { signal } : {}),
        headers: {
          authorization: `Bearer ${person.token}`,
          "content-type": "application/x-git-upload-pack-request",
          "git-protocol": `version=${version}`,
        },
      });
    const lost = "12".repeat(20);
    const v2 = (...args: string[]) =>
      Buffer.concat([pkt("command=fetch"), Buffer.from("0001"), ...args.map(pkt), Buffer.from("0000")]);
    const bad: [string, Buffer | string, number, RegExp][] = [
      ["nothing", "", 0, /^$/],
      ["nothing", "", 2, /^$/],
      ["a flush", "0000", 0, /^$/],
      ["a flush", "0000", 2, /^$/],
      ["noise", randomBytes(300), 0, /ERR /],
      ["noise", randomBytes(300), 2, /ERR /],
      [
        "another command",
        Buffer.concat([pkt("command=rm"), Buffer.from("0000")]),
        2,
        /ERR There is no such command/,
      ],
      [
        "SHA-256",
        Buffer.concat([pkt("command=fetch"), pkt("object-format=sha256"), Buffer.from("0000")]),
        2,
        /ERR .*SHA-1/,
      ],
      ["a want that is none", v2("want xyz"), 2, /ERR /],
      ["a want that is not here", v2(`want ${lost}`, "done"), 2, new RegExp(`ERR .*not our ref ${lost}`)],
      [
        "the same",
        Buffer.concat([pkt(`want ${lost} side-band-64k`), Buffer.from("0000"), pkt("done")]),
        0,
        /not our ref/,
      ],
      ["no such branch", v2(`want ${oid}`, "deepen-not nowhere", "done"), 2, /ERR There is no branch/],
      [
        "no commit so late",
        v2(`want ${oid}`, "deepen-since 9999999999", "done"),
        2,
        /ERR no commits selected/,
      ],
      ["a filter", v2(`want ${oid}`, "filter blob:none", "done"), 2, /ERR /],
    ];
    for (const [name, body, version, words] of bad) {
      const reply = await ask(body, version);
      expect(reply.status, name).toBe(200);
      expect(await reply.text(), name).toMatch(words);
    }
    const leaving = new AbortController();
    const reply = await ask(v2(`want ${oid}`, "done"), 2, leaving.signal);
    const reader = reply.body?.getReader();
    await reader?.read();
    leaving.abort();
    await expect(reader?.closed).rejects.toThrow();
    const tree = await git(work, "rev-parse", "HEAD^{tree}");
    expect((await (await ask(v2(`want ${tree}`, "done"), 2)).arrayBuffer()).byteLength).toBeGreaterThan(
      BLOB_PART_BYTES,
    );
    await server.clone(url);
  }, 60_000);

  it("within its room, and says so", async () => {
    const small = await GitRemoteServer.start(database, { spaceBytes: 3 * BLOB_PART_BYTES });
    try {
      const space = await server.newSpace(person);
      const url = small.url(space, person.token);
      const work = await server.work({ "a.bin": randomBytes(2 * BLOB_PART_BYTES) });
      await git(work, "push", "-q", url, "main");
      const before = await contentOf(space);
      await saveAs(work, { "b.bin": randomBytes(2 * BLOB_PART_BYTES) });
      expect(await refusal(work, "push", url, "main")).toContain("no room left");
      const large = await server.work({ "c.bin": randomBytes(9 * BLOB_PART_BYTES) });
      expect(await refusal(large, "push", url, "main:other")).toContain("no room left");
      expect(await contentOf(space)).toEqual(before);
    } finally {
      await small.stop();
    }
  }, 60_000);

  it("compressed requests, up to a limit", async () => {
    const { space } = await remote();
    const { pack, oid } = packOfTree((blob) => treeOf(["100644", "a", blob]));
    const body = gzipSync(pushBody([`${NONE} ${oid} refs/heads/main`], pack));
    expect((await send(space, body, { "content-encoding": "gzip" })).text).toContain("ok refs/heads/main");
    expect((await send(space, body, { "content-encoding": "br" })).status).toBe(415);
    expect(await sendAfterLeave(space, body)).toContain("ng refs/heads/main fetch first");
    expect((await send(space, Buffer.from("no gzip"), { "content-encoding": "gzip" })).text).toContain("ERR");
    const bomb = gzipSync(
      Buffer.concat([
        pkt(`want ${oid} side-band-64k\n`),
        ...Array.from({ length: 400_000 }, () => pkt(`have ${NONE}\n`)),
      ]),
    );
    const reply = await fetch(`http://127.0.0.1:${server.port}/git/${space}/git-upload-pack`, {
      method: "POST",
      body: new Uint8Array(bomb),
      headers: {
        authorization: `Bearer ${person.token}`,
        "content-type": "application/x-git-upload-pack-request",
        "content-encoding": "gzip",
      },
    });
    expect(await reply.text()).toContain("ERR The request");
  });

  it("packs that can be read by themselves, thin ones too", async () => {
    const { space, url } = await remote();
    const text = Array.from({ length: 2_000 }, (_, n) => `line ${n} ${randomBytes(8).toString("hex")}\n`);
    const work = await server.work({ "long.txt": text.join("") });
    await git(work, "push", "-q", url, "main");
    for (let n = 0; n < 3; n++) {
      text[n * 100] = "changed\n";
      await saveAs(work, { "long.txt": text.join("") });
      await git(work, "push", "-q", "--thin", url, "main");
    }
    const { blobs } = await contentOf(space);
    const packs = blobs.filter((id) => id.length === 40);
    expect(packs).toHaveLength(4);
    for (const id of packs) {
      const folder = server.folder();
      for (const [of, suffix] of [
        [id, "pack"],
        [`${id}.idx`, "idx"],
      ] as const) {
        const reply = await server.api.raw("GET", `/spaces/${space}/blobs/${of}`, { token: person.token });
        writeFileSync(join(folder, `pack-${id}.${suffix}`), Buffer.from(await reply.arrayBuffer()));
      }
      await git(folder, "verify-pack", `pack-${id}.idx`);
      await git(folder, "index-pack", "-o", "own.idx", `pack-${id}.pack`);
      expect(fs.readFileSync(join(folder, "own.idx"))).toEqual(
        fs.readFileSync(join(folder, `pack-${id}.idx`)),
      );
    }
  });

  it("a history that was imported in part open to clones", async () => {
    const { space, url } = await remote();
    const full = await server.work();
    for (let n = 0; n < 5; n++) await saveAs(full, { "a.txt": `${n}\n` });
    const folder = server.folder();
    await git(folder, "clone", "-q", "--depth=3", `file://${full}`, "part");
    const part = join(folder, "part");
    await git(part, "repack", "-adq");
    const packs = join(part, ".git/objects/pack");
    const [name = ""] = fs.readdirSync(packs).filter((one) => one.endsWith(".pack"));
    const bytes = fs.readFileSync(join(packs, name));
    const id = name.slice(5, 45);
    const { token } = person;
    await server.api.raw("PUT", `/spaces/${space}/blobs/${id}/parts/0`, { token, bytes });
    const absent = [await git(full, "rev-parse", "main~3")];
    const finish = await server.api.call("POST", `/spaces/${space}/blobs/${id}/finish`, {
      token,
      body: { size: bytes.length, absent },
    });
    expect(finish.status).toBe(204);
    const oid = await git(full, "rev-parse", "main");
    const stamp = "0000000000010000";
    const ref = `ref.${createHash("sha256").update("main").digest("hex").slice(0, 32)}`;
    await server.api.push(
      person,
      [
        { id: `pack.${id}`, class: "add", stamp, body: JSON.stringify({ size: bytes.length }) },
        { id: ref, class: "cas", expect: null, stamp, body: JSON.stringify({ name: "main", oid }) },
      ],
      space,
    );
    for (const version of ["0", "1", "2"]) {
      const option = ["-c", `protocol.version=${version}`] as const;
      const clone = await server.clone(url, ...option);
      expect(await git(clone, "rev-list", "--count", "HEAD")).toBe("3");
      const shallower = await server.clone(url, ...option, "--depth=1");
      await git(shallower, ...option, "fetch", "-q", "--unshallow");
      expect(await git(shallower, "rev-list", "--count", "HEAD")).toBe("3");
      await fsck(shallower);
      await saveAs(clone, { [`new-${version}`]: "n\n" });
      await git(clone, ...option, "push", "-q", "origin", "HEAD:side");
      await git(shallower, ...option, "fetch", "-q");
      await fsck(shallower);
      await git(clone, "push", "-q", "origin", ":side");
    }
    // A shallow clone of more than is here cannot bring what it lacks.
    const other = await remote();
    expect(await refusal(part, "push", other.url, "HEAD:main")).toMatch(/--unshallow|shallow update/);
  }, 60_000);

  it("to isomorphic-git's way of asking", async () => {
    const { space, url } = await remote();
    const work = await server.work({ "a.txt": "line\n".repeat(200), "d/e.txt": "e\n" });
    await saveAs(work, { "a.txt": `${"line\n".repeat(200)}more\n` });
    await git(work, "push", "-q", url, "main");
    const dir = server.folder();
    const options = {
      fs,
      http,
      dir,
      url: `http://127.0.0.1:${server.port}/git/${space}.git`,
      onAuth: () => ({ username: "x", password: person.token }),
    };
    await isomorphic.clone(options);
    const author = { name: "t", email: "t@t" };
    expect(await isomorphic.resolveRef({ fs, dir, ref: "main" })).toBe(await git(work, "rev-parse", "main"));
    for (let n = 0; n < 2; n++) {
      writeFileSync(join(dir, "b.txt"), `from isomorphic-git ${n}\n`);
      await isomorphic.add({ fs, dir, filepath: "b.txt" });
      const oid = await isomorphic.commit({ fs, dir, message: "b", author });
      const pushed = await isomorphic.push({ ...options, ref: "main" });
      expect(pushed.ok).toBe(true);
      await git(work, "pull", "-q", "--ff-only", url, "main");
      expect(await git(work, "rev-parse", "HEAD")).toBe(oid);
    }
    await saveAs(work, { "c.txt": "c\n" });
    await git(work, "push", "-q", url, "main");
    await isomorphic.pull({ ...options, ref: "main", author, fastForwardOnly: true });
    expect(await isomorphic.resolveRef({ fs, dir, ref: "main" })).toBe(await git(work, "rev-parse", "main"));
    const shallow = { ...options, dir: server.folder() };
    await isomorphic.clone({ ...shallow, depth: 1, singleBranch: true });
    expect(await isomorphic.log({ fs, dir: shallow.dir })).toHaveLength(1);
  });
});
