import "fake-indexeddb/auto";

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { encodeIdxFile } from "../../../src/domain/git/pack-index.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { MemorySource } from "../../../sync-server/git/byte-source.ts";
import { indexPack } from "../../../sync-server/git/index-pack.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";
import { seeded } from "../../support/ports/seeded.ts";

/** Bare repository whose histories are made here and merged by Git. */
class Histories {
  readonly folder = mkdtempSync(join(tmpdir(), "okcvm-merge-"));
  #time = 1_700_000_000;

  constructor() {
    this.git(["init", "-q", "--bare", "."]);
  }

  git(args: string[], input: string | Buffer = "", more: Record<string, string> = {}): string {
    return this.run(args, input, more).toString("utf8").trim();
  }

  run(args: string[], input: string | Buffer = "", more: Record<string, string> = {}): Buffer {
    const who = {
      GIT_AUTHOR_NAME: "T",
      GIT_AUTHOR_EMAIL: "t@t",
      GIT_COMMITTER_NAME: "T",
      GIT_COMMITTER_EMAIL: "t@t",
    };
    const env = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1", ...who, ...more };
    return execFileSync("git", args, {
      cwd: this.folder,
      input,
      env,
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  }

  commit(tree: string, ...parents: string[]): string {
    const date = `${(this.#time += 60)} +0000`;
    const args = ["commit-tree", tree, ...parents.flatMap((oid) => ["-p", oid]), "-m", "m"];
    return this.git(args, "", { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
  }

  tree(files: ReadonlyMap<string, string>): string {
    const lines = [...files].map(([name, text]) => {
      const oid = this.git(["hash-object", "-w", "--stdin"], text);
      return `100644 blob ${oid}\t${name}`;
    });
    return this.git(["mktree"], lines.join("\n"));
  }

  /** The tree that Git makes of two commits; null when it finds a conflict. */
  merged(ours: string, theirs: string): string | null {
    try {
      return this.git(["merge-tree", "--write-tree", ours, theirs]);
    } catch {
      return null;
    }
  }

  files(tree: string): Map<string, string> {
    const names = this.git(["ls-tree", "-r", "--name-only", tree]).split("\n").filter(Boolean);
    return new Map(names.map((name) => [name, this.run(["cat-file", "blob", `${tree}:${name}`]).toString()]));
  }

  /** A workspace whose main branch is at the first of some commits and that has them all. */
  async workspace(commits: string[]): Promise<Workspace> {
    const workspace = await openHub(freshId());
    const pack = this.run(["pack-objects", "--revs", "--stdout", "-q"], commits.join("\n"));
    const { index, checksum } = await indexPack(new MemorySource(pack));
    await workspace.shared?.take(
      [{ pack: new Uint8Array(pack), index: encodeIdxFile(index, checksum) }],
      commits,
    );
    await workspace.shared?.mergeBranch("main", commits[0] ?? "");
    return workspace;
  }
}

async function filesOf(workspace: Workspace): Promise<Map<string, string>> {
  const entries = await workspace.list("", { recursive: true });
  const found = new Map<string, string>();
  for (const { path, kind } of entries)
    if (kind === "file") found.set(path.slice(workspace.root.length + 1), await workspace.readText(path));
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const LINES = Array.from({ length: 12 }, (_, n) => `line ${n}`);

/** A change of one line in four, a new file, or the end of one. */
function change(files: Map<string, string>, pick: (below: number) => number, mark: string): void {
  const names = [...files.keys()];
  const name = names[pick(names.length)] ?? "a";
  const kind = pick(8);
  if (kind === 0) files.set(`new-${mark}`, LINES.map((_, n) => `${mark} ${n}\n`).join(""));
  else if (kind === 1 && names.length > 2) files.delete(name);
  else {
    const lines = (files.get(name) ?? "").split("\n");
    const at = 4 * pick(3);
    // Often as it was in the beginning: a merge by a wrong beginning takes that for no change.
    lines[at + 1] = pick(2) === 0 ? `line ${at}` : mark;
    files.set(name, lines.join("\n"));
  }
}

describe("a merge of histories that had merged each other before", () => {
  let histories: Histories;
  /** Merges that Git made too. */
  let compared = 0;
  beforeAll(() => {
    histories = new Histories();
  });
  afterAll(() => rmSync(histories.folder, { recursive: true, force: true }));

  async function expectAsGit(ours: string, theirs: string): Promise<void> {
    const tree = histories.merged(ours, theirs);
    if (tree === null) return;
    const workspace = await histories.workspace([ours, theirs]);
    await workspace.shared?.mergeBranch("main", theirs);
    expect(await filesOf(workspace)).toEqual(histories.files(tree));
    await workspace.close();
    compared += 1;
  }

  test("undoes nothing that was done since the last time they met", async () => {
    const at = (text: string, ...more: [string, string][]): string =>
      histories.tree(new Map([["config.txt", text], ...more]));
    const before: [string, string] = ["junk.txt", "j"];
    const root = histories.commit(at("debug=off", before));
    const on = histories.commit(at("debug=on", before), root);
    const onward = histories.commit(at("debug=on", before, ["c", "1"]), on);
    const [second, third] = [["c", "2"] as [string, string], ["c", "3"] as [string, string]];
    const further = histories.commit(
      at("debug=on", before, third),
      histories.commit(at("debug=on", before, second), onward),
    );
    // One branched off in the beginning, and took in what was done since: the beginning is nearer by steps.
    const side = histories.commit(at("debug=off", before, ["b", "1"]), root);
    const met = histories.commit(at("debug=on", before, ["b", "1"], third), side, further);
    const ours = histories.commit(at("debug=off", ["c", "1"]), onward);
    await expectAsGit(ours, met);
    expect(compared).toBe(1);
  });

  test.each(Array.from({ length: 12 }, (_, n) => n + 1))(
    "is as Git's, wherever Git finds no conflict (seed %i)",
    async (seed) => {
      const pick = seeded(seed);
      const first = new Map(["a", "b", "c", "d"].map((name) => [name, `${name}\n${LINES.join("\n")}\n`]));
      const root = histories.commit(histories.tree(first));
      const heads = [root, root, root];
      for (let step = 0; step < 40; step += 1) {
        const at = pick(heads.length);
        const ours = heads[at] ?? root;
        const theirs = heads[pick(heads.length)] ?? root;
        if (pick(4) > 0 || ours === theirs) {
          const files = histories.files(ours);
          change(files, pick, `s${seed}-${step}`);
          heads[at] = histories.commit(histories.tree(files), ours);
          continue;
        }
        const tree = histories.merged(ours, theirs);
        if (tree === null) continue;
        await expectAsGit(ours, theirs);
        heads[at] = histories.commit(tree, ours, theirs);
      }
      for (const [ours, theirs] of [
        [0, 1],
        [1, 2],
        [2, 0],
      ] as const)
        await expectAsGit(heads[ours] ?? root, heads[theirs] ?? root);
    },
    60_000,
  );

  test("was compared often enough", () => {
    expect(compared).toBeGreaterThan(30);
  });

  test("keeps submodules, and takes in what others did with them", async () => {
    const at = (files: Record<string, string>, links: Record<string, string>): string => {
      const blobs = Object.entries(files).map(
        ([name, text]) => `100644 blob ${histories.git(["hash-object", "-w", "--stdin"], text)}\t${name}`,
      );
      const all = Object.entries(links).map(([name, oid]) => `160000 commit ${oid}\t${name}`);
      return histories.git(["mktree", "--missing"], [...blobs, ...all].join("\n"));
    };
    const under = (tree: string, files: Record<string, string>, links: Record<string, string>): string => {
      const top = histories.run(["cat-file", "tree", at(files, links)]);
      const entry = Buffer.concat([Buffer.from("40000 vendor\0"), Buffer.from(tree, "hex")]);
      return histories.git(
        ["hash-object", "-w", "-t", "tree", "--stdin", "--literally"],
        Buffer.concat([top, entry]),
      );
    };
    const [one, two, three] = ["1", "2", "3"].map((digit) => digit.repeat(40)) as [string, string, string];
    const inside = (oid: string): string => at({}, { lib: oid });
    const root = histories.commit(under(inside(one), { a: "1" }, { sub: one }));
    const theirs = histories.commit(under(inside(two), { a: "1" }, { extra: three, sub: one }), root);
    const workspace = await histories.workspace([root, theirs]);
    const tree = async () => {
      const head = (await workspace.branches()).find(({ current }) => current)?.head ?? "";
      const outgoing = await workspace.shared?.packNew([root, theirs]);
      for (const { data } of outgoing?.packs ?? []) {
        const bytes = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data);
        histories.run(["unpack-objects", "-q"], Buffer.from(bytes));
      }
      return histories
        .git(["ls-tree", "-r", head])
        .split("\n")
        .map((line) => line.replace(/blob .*\t/, "blob "));
    };
    expect(await workspace.snapshotIfChanged("Nothing", { kind: "edits" })).toBeNull();
    await workspace.write("b", "2");
    await workspace.snapshot("A file");
    expect(await tree()).toEqual([
      "100644 blob a",
      "100644 blob b",
      `160000 commit ${one}\tsub`,
      `160000 commit ${one}\tvendor/lib`,
    ]);
    await workspace.shared?.mergeBranch("main", theirs);
    await workspace.remove("a");
    await workspace.snapshot("After");
    expect(await tree()).toEqual([
      "100644 blob b",
      `160000 commit ${three}\textra`,
      `160000 commit ${one}\tsub`,
      `160000 commit ${two}\tvendor/lib`,
    ]);
    await workspace.close();
  });
});
