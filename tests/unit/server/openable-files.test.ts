import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { PackWriter } from "../../../src/domain/git/pack-writer.ts";
import { EMPTY_TREE } from "../../../src/domain/git/tree-object.ts";
import { refIdOf } from "../../../sync-server/git/refs.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { git } from "../../support/git-server/git.ts";
import { commitOf, treeOf } from "../../support/git-server/hand-made-objects.ts";
import { refusal, useGitRemote, type GitRemoteBench } from "./git-remote-fixture.ts";
import { op } from "./sync-fixture.ts";

type Entry = [mode: string, name: string | Buffer, oid: string];

/** A pack that is made object by object. */
class HandMade {
  readonly #writer = new PackWriter();
  readonly blob = this.#writer.add("blob", Buffer.from("content"));

  tree(...entries: Entry[]): string {
    return this.#writer.add("tree", treeOf(...entries));
  }

  commit(tree: string, ...parents: string[]): string {
    return this.#writer.add("commit", commitOf(tree, ...parents));
  }

  file(name: string | Buffer): Entry {
    return ["100644", name, this.blob];
  }

  /** A file in folders, each in the one before. */
  nested(...names: string[]): string {
    let inner = this.tree(this.file(names.at(-1) ?? ""));
    for (const name of names.slice(0, -1).toReversed()) inner = this.tree(["40000", name, inner]);
    return inner;
  }

  /** A folder that holds another ten times, which holds another ten times, and so on: 10 to the power of `levels` files. */
  bomb(levels: number): string {
    const ten = (entry: (name: string) => Entry): string =>
      this.tree(...Array.from({ length: 10 }, (_, at) => entry(`${at}`)));
    let inner = ten((name) => this.file(name));
    for (let level = 1; level < levels; level += 1) {
      const below = inner;
      inner = ten((name) => ["40000", name, below]);
    }
    return inner;
  }

  get bytes(): Uint8Array {
    return this.#writer.finish()?.data ?? new Uint8Array();
  }
}

const LONG = Array.from({ length: 17 }, () => "n".repeat(250));

/** Commits whose files no browser can open. */
const BAD: Record<string, (pack: HandMade) => string> = {
  "a folder of Git's own": (pack) => pack.nested(".git", "config"),
  "what macOS takes for one": (pack) => pack.tree(pack.file(".g\u200Cit")),
  "a name that is too long": (pack) => pack.nested("a", "n".repeat(256)),
  "a path that is too long": (pack) => pack.nested(...LONG),
  "a name with a slash": (pack) => pack.tree(pack.file("a/b")),
  "a name that leads out": (pack) => pack.nested("..", "a"),
  "one name twice": (pack) => pack.tree(pack.file("a"), pack.file("a")),
  "a file and a folder of one name": (pack) =>
    pack.tree(pack.file("a"), pack.file("a.b"), ["40000", "a", pack.nested("b")]),
  "more files than there are": (pack) => pack.bomb(12),
};

describe.each(DATABASE_KINDS)("files that browsers cannot open, on $name", ({ start }) => {
  let bench: GitRemoteBench;
  useGitRemote(start, (made) => (bench = made));

  async function upload(space: string, bytes: Uint8Array, absent: string[] = []): Promise<number> {
    const { person, server } = bench;
    const { token } = person;
    const at = `/spaces/${space}/blobs/${idOf(bytes)}`;
    await server.api.raw("PUT", `${at}/parts/0`, { token, bytes });
    const body = { size: bytes.length, absent };
    return (await server.api.call("POST", `${at}/finish`, { token, body })).status;
  }

  const idOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(-20)).toString("hex");

  const packOp = (bytes: Uint8Array) =>
    op({ id: `pack.${idOf(bytes)}`, body: JSON.stringify({ size: bytes.length, replaces: [] }) });

  const refOp = (oid: string, expects: number | null = null) =>
    op({
      id: refIdOf("main"),
      class: "cas",
      expect: expects,
      body: JSON.stringify({ name: "main", oid }),
    });

  /** As a program would that uses the API. Answers the push's status. */
  async function bring(space: string, pack: HandMade, head: string, expects: number | null = null) {
    const { bytes } = pack;
    expect(await upload(space, bytes)).toBe(204);
    return bench.server.api.push(bench.person, [packOp(bytes), refOp(head, expects)], space);
  }

  it.each(Object.entries(BAD))("are refused with a branch over the API: %s", async (_, build) => {
    const { space } = await bench.server.newRemote(bench.person);
    const pack = new HandMade();
    const { status, body } = await bring(space, pack, pack.commit(build(pack)));
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain("Browsers could not open its files.");
    // The branch is where it was.
    expect(await bench.server.api.pullAll(bench.person, 500, space)).toEqual([]);
  });

  it.each(["a path that is too long", "more files than there are"])(
    "are refused when Git pushes them: %s",
    async (name) => {
      const { url } = await bench.server.newRemote(bench.person);
      const folder = await bench.server.work();
      const pack = new HandMade();
      const commit = pack.commit(BAD[name]?.(pack) ?? "");
      const file = join(folder, ".git", "objects", "pack", `pack-${idOf(pack.bytes)}.pack`);
      writeFileSync(file, pack.bytes);
      await git(folder, "index-pack", file);
      const said = await refusal(folder, "push", url, `${commit}:refs/heads/main`);
      expect(said).toContain("browsers could not open its files");
      await git(folder, "push", "-q", url, "main");
    },
  );

  it("are refused later too, below folders that were there before", async () => {
    const { space, url } = await bench.server.newRemote(bench.person);
    const first = new HandMade();
    const same = first.nested("b", "c");
    const one = first.commit(first.tree(["40000", "a", same], ["40000", "x", same]));
    const taken = await bring(space, first, one);
    expect(taken.status).toBe(200);
    const seq = taken.body.results.at(-1)?.seq ?? null;

    const second = new HandMade();
    const within = second.tree(["40000", "b", second.tree(second.file("c"), second.file("git~1"))]);
    const bad = second.commit(second.tree(["40000", "a", within], ["40000", "x", same]), one);
    expect((await bring(space, second, bad, seq)).status).toBe(422);

    // What was short where it was is too long where it goes.
    const third = new HandMade();
    let deep = same;
    for (const name of LONG) deep = third.tree(["40000", name, deep]);
    const moved = third.commit(third.tree(["40000", "a", same], ["40000", "x", deep]), one);
    expect((await bring(space, third, moved, seq)).status).toBe(422);

    const fourth = new HandMade();
    const good = fourth.commit(
      fourth.tree(["40000", "a", same], ["40000", "x", fourth.tree(fourth.file("new"))]),
      one,
    );
    expect((await bring(space, fourth, good, seq)).status).toBe(200);
    await bench.server.clone(url);
  });

  it("are refused when many pushes together are more than there are", async () => {
    const { space } = await bench.server.newRemote(bench.person);
    const copies = (pack: HandMade, count: number): string => {
      const inner = pack.bomb(4);
      return pack.tree(...Array.from({ length: count }, (_, at): Entry => ["40000", `${at}`, inner]));
    };
    const [few, more] = [new HandMade(), new HandMade()];
    const first = few.commit(copies(few, 8));
    const taken = await bring(space, few, first);
    expect(taken.status).toBe(200);
    const second = more.commit(copies(more, 20), first);
    const { status, body } = await bring(space, more, second, taken.body.results.at(-1)?.seq ?? null);
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining("more than 200000 files")]);
  });

  it("are refused, and take no memory, when a small pack is a large folder", async () => {
    const { space } = await bench.server.newRemote(bench.person);
    const entry = treeOf(["100644", "a", "1".repeat(40)]);
    const writer = new PackWriter();
    writer.add("tree", Buffer.alloc(entry.length * 600_000, entry));
    const bytes = writer.finish()?.data ?? new Uint8Array();
    expect(bytes.length).toBeLessThan(200_000);
    expect(await upload(space, bytes)).toBe(422);
  });

  it("are not what is only unusual", async () => {
    const { space, url } = await bench.server.newRemote(bench.person);
    const pack = new HandMade();
    const tree = pack.tree(
      pack.file(".gitignore"),
      ["120000", ".gitlink", pack.blob],
      ["40000", "empty", pack.tree()],
      pack.file("n".repeat(255)),
      ["160000", "sub", "1".repeat(40)],
      pack.file("字.md"),
    );
    expect((await bring(space, pack, pack.commit(tree))).status).toBe(200);
    await bench.server.clone(url);
    const many = new HandMade();
    expect(
      (await bring(await bench.server.newSpace(bench.person), many, many.commit(many.bomb(5)))).status,
    ).toBe(200);
  });

  it("do not come up in packs: folders have to be readable, and whole", async () => {
    const { space } = await bench.server.newRemote(bench.person);
    const latin = new HandMade();
    latin.commit(latin.tree(latin.file(Buffer.from("caf\xe9", "latin1"))));
    expect(await upload(space, latin.bytes)).toBe(422);
    const strange = new HandMade();
    strange.commit(strange.tree(["50644", "a", strange.blob]));
    expect(await upload(space, strange.bytes)).toBe(422);

    // Commits of before may be nowhere; what a commit holds may not.
    const gone = "2".repeat(40);
    const without = new HandMade();
    without.commit(without.tree(["40000", "a", gone]));
    expect(await upload(space, without.bytes, [gone])).toBe(422);
    const shallow = new HandMade();
    shallow.commit(EMPTY_TREE, gone);
    expect(await upload(space, shallow.bytes, [gone])).toBe(204);
  });

  it("do not come of packs that are told of as what they are not", async () => {
    const { space, url } = await bench.server.newRemote(bench.person);
    const pack = new HandMade();
    const head = pack.commit(pack.nested("a", "b"));
    const { bytes } = pack;
    expect((await bring(space, pack, head)).status).toBe(200);
    const [other, third] = [new HandMade(), new HandMade()];
    other.commit(other.nested("c"));
    third.commit(third.nested("d"));
    expect(await upload(space, other.bytes)).toBe(204);
    const told = packOp(other.bytes);
    const size = other.bytes.length;
    const { api } = bench.server;
    for (const wrong of [
      { ...told, body: JSON.stringify({ size, replaces: [idOf(bytes)] }) },
      { ...told, body: JSON.stringify({ size, replaces: "all" }) },
      { ...told, body: JSON.stringify({ size: size + 1 }) },
      { ...told, body: "{}" },
      { ...told, class: "set" as const },
      { ...told, id: "pack.none" },
      // What devices do not have yet would never come to them.
      { ...packOp(bytes), body: null },
    ])
      expect((await api.push(bench.person, [wrong], space)).status, JSON.stringify(wrong)).toBe(422);
    expect((await api.push(bench.person, [packOp(third.bytes)], space)).status).toBe(422);
    expect((await api.push(bench.person, [told], space)).status).toBe(200);
    await bench.server.clone(url);
  });
});
