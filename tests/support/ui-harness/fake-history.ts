import { structuredPatch } from "diff";
import { strToU8, unzipSync, zipSync } from "fflate";

import type { TreeChange } from "../../../src/domain/changes.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import type {
  Branch,
  FileDiff,
  FileSide,
  RestoreResult,
  Snapshot,
  SnapshotAbout,
} from "../../../src/domain/snapshot.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";

/** The part of a workspace that is its history. */
export type History = Pick<
  Workspace,
  | "snapshot"
  | "snapshotIfChanged"
  | "snapshots"
  | "restore"
  | "diff"
  | "readAt"
  | "branches"
  | "switchBranch"
  | "subscribeHistory"
  | "exportZip"
  | "exportGit"
  | "importZip"
>;

type Tree = ReadonlyMap<string, Blob>;

interface Commit {
  snapshot: Snapshot;
  tree: Tree;
}

/** What scenes turn: the time snapshots are made at, how long reading takes, and why it fails. */
export const historyDials = {
  now: (): number => Date.now(),
  delayMs: 0,
  failure: null as string | null,
};

/** A snapshot's id in this fake: the same for the same place in the order of making. */
export function fakeSnapshotId(index: number): string {
  let hash = 0x811c9dc5 ^ index;
  let id = "";
  while (id.length < 40) {
    hash = Math.imul(hash ^ (hash >>> 13), 0x01000193) ^ (id.length + 1);
    id += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return id;
}

/**
 * A history in memory over the files of a fake workspace: `files` is its live
 * tree by workspace path, which a restore writes to; `tell` reports what that
 * changed to those who watch the workspace.
 */
export function fakeHistory(
  root: string,
  files: Map<string, Blob>,
  tell: (changes: TreeChange[]) => void,
): History {
  const commits = new Map<string, Commit>();
  const branches = new Map<string, string | null>([["main", null]]);
  const listeners = new Set<() => void>();
  let current = "main";
  const inner = (path: string): string => path.replace(root, "").replace(/^\/+|\/+$/g, "");
  const head = (): string | null => branches.get(current) ?? null;
  const treeOf = (id: string | null): Tree => {
    if (id === null) return new Map();
    const commit = commits.get(id);
    if (!commit) throw new OkcvmError("not-found", "That snapshot does not exist.");
    return commit.tree;
  };
  const pause = async (): Promise<void> => {
    if (historyDials.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, historyDials.delayMs));
    if (historyDials.failure) throw new OkcvmError("internal", historyDials.failure);
  };
  const commit = async (label: string, about: SnapshotAbout, tree: Tree): Promise<Snapshot> => {
    const parent = head();
    const snapshot: Snapshot = {
      id: fakeSnapshotId(commits.size),
      label: label.split("\n")[0] ?? "",
      timestamp: Math.floor(historyDials.now() / 1000) * 1000,
      changed: (await changedPaths(treeOf(parent), tree)).length,
      kind: about.kind,
      parents: parent === null ? [] : [parent],
      detail: about.detail ?? "",
      messageId: about.messageId ?? null,
    };
    commits.set(snapshot.id, { snapshot, tree });
    branches.set(current, snapshot.id);
    listeners.forEach((listener) => listener());
    return snapshot;
  };
  const keepEdits = async (label: string): Promise<void> => {
    if ((await changedPaths(treeOf(head()), files)).length > 0)
      await commit(label, { kind: "edits" }, new Map(files));
  };
  const put = async (tree: Tree, isWanted: (path: string) => boolean): Promise<number> => {
    const paths = (await changedPaths(files, tree)).filter(isWanted);
    const changes = paths.map((path): TreeChange => {
      const blob = tree.get(path);
      if (!blob) {
        files.delete(path);
        return { kind: "remove", path };
      }
      files.set(path, blob);
      return { kind: "write", path, size: blob.size, mode: 0o644, mtime: historyDials.now() };
    });
    if (changes.length > 0) tell(changes);
    return changes.length;
  };
  const ancestry = (from: string | null): Snapshot[] => {
    const found: Snapshot[] = [];
    for (let id = from; id !== null;) {
      const snapshot: Snapshot | undefined = commits.get(id)?.snapshot;
      if (!snapshot) break;
      found.push(snapshot);
      id = snapshot.parents[0] ?? null;
    }
    return found;
  };
  return {
    snapshot: (label, about) => commit(label, about ?? { kind: "manual" }, new Map(files)),
    snapshotIfChanged: async (label, about) =>
      (await changedPaths(treeOf(head()), files)).length > 0 ? commit(label, about, new Map(files)) : null,
    snapshots: async (limit = 100, options) => {
      await pause();
      const start =
        options?.before === undefined ? head() : (commits.get(options.before)?.snapshot.parents[0] ?? null);
      return ancestry(start).slice(0, limit);
    },
    restore: async (id, options): Promise<RestoreResult> => {
      await pause();
      const target = treeOf(id);
      const label = commits.get(id)?.snapshot.label ?? "";
      await keepEdits("Your edits");
      const before = head();
      const only = options?.paths?.map(inner);
      const changed = await put(
        target,
        (path) => only === undefined || only.some((one) => isAtOrBelow(path, one)),
      );
      if (changed === 0 && before !== null) {
        const there = commits.get(before)?.snapshot;
        if (there) return { snapshot: there, before, changed };
      }
      const snapshot = await commit(
        `Went back to “${label}”`,
        { kind: "restore", detail: only?.join(", ") ?? "" },
        new Map(files),
      );
      return { snapshot, before, changed };
    },
    diff: async (from, to = null, options = {}) => {
      await pause();
      const after = to === null ? files : treeOf(to);
      return diffTrees(root, treeOf(from), after, { ...options, paths: options.paths?.map(inner) });
    },
    readAt: async (id, path) => {
      await pause();
      const blob = treeOf(id).get(inner(path));
      if (!blob) throw new OkcvmError("not-found", `${path} is not in that snapshot.`);
      return blob;
    },
    branches: async () =>
      [...branches].map(([name, id]): Branch => ({ name, head: id, current: name === current })),
    switchBranch: async (name, options) => {
      if (!branches.has(name) && !options) throw new OkcvmError("not-found", `There is no branch ${name}.`);
      await keepEdits("Your edits");
      if (!branches.has(name)) branches.set(name, options?.from ?? null);
      current = name;
      await put(treeOf(head()), () => true);
      listeners.forEach((listener) => listener());
    },
    subscribeHistory: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exportZip: async (path = "") => {
      const folder = inner(path);
      const wanted = [...files].filter(([name]) => folder === "" || isAtOrBelow(name, folder));
      return zipSync(
        Object.fromEntries(
          await Promise.all(wanted.map(async ([name, blob]) => [name, await bytesOf(blob)])),
        ),
      );
    },
    exportGit: async () => {
      await pause();
      return strToU8("# v2 git bundle\n");
    },
    importZip: async (zip, options) => {
      await keepEdits("Before the import");
      const folder = options?.into ? `${inner(options.into)}/` : "";
      const unpacked = Object.entries(unzip(await bytesOf(zip))).filter(([name]) => !name.endsWith("/"));
      const tree = new Map(files);
      for (const [name, bytes] of unpacked) tree.set(folder + name, new Blob([new Uint8Array(bytes)]));
      await put(tree, () => true);
      await commit(options?.label ?? "Imported a ZIP", { kind: "import" }, new Map(files));
      return { files: unpacked.length, bytes: unpacked.reduce((sum, [, bytes]) => sum + bytes.length, 0) };
    },
  };
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    throw new OkcvmError("bad-archive", "This is not a ZIP, or it is damaged. Nothing was changed.", cause);
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

const contents = new WeakMap<Blob, Promise<string>>();

/** A blob's bytes as one string, read once. */
function contentOf(blob: Blob): Promise<string> {
  const known =
    contents.get(blob) ?? blob.arrayBuffer().then((bytes) => new TextDecoder("latin1").decode(bytes));
  contents.set(blob, known);
  return known;
}

async function isSame(one: Blob | undefined, other: Blob | undefined): Promise<boolean> {
  if (one === other) return true;
  if (!one || !other || one.size !== other.size) return false;
  return (await contentOf(one)) === (await contentOf(other));
}

async function changedPaths(before: Tree, after: Tree): Promise<string[]> {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const same = await Promise.all(paths.map((path) => isSame(before.get(path), after.get(path))));
  return paths.filter((_, index) => !same[index]);
}

const LINES_LIMIT = 1024 * 1024;
const FILES_LIMIT = 300;

async function diffTrees(
  root: string,
  before: Tree,
  after: Tree,
  options: { lines?: boolean; paths?: string[] | undefined },
): Promise<FileDiff[]> {
  const paths = (await changedPaths(before, after)).filter(
    (path) => !options.paths || options.paths.some((one) => isAtOrBelow(path, one)),
  );
  const gone = paths.filter((path) => !after.has(path));
  const moved = new Map<string, string>();
  for (const path of paths.filter((one) => !before.has(one))) {
    const tests = await Promise.all(gone.map((old) => isSame(before.get(old), after.get(path))));
    const old = gone[tests.indexOf(true)];
    if (old === undefined) continue;
    moved.set(path, old);
    gone.splice(gone.indexOf(old), 1);
  }
  const sources = new Set(moved.values());
  const kept = paths.filter((path) => !sources.has(path));
  return Promise.all(
    kept.map(async (path, index) => {
      const oldPath = moved.get(path);
      const sides = [before.get(oldPath ?? path), after.get(path)] as const;
      const diff: FileDiff = {
        path: `${root}/${path}`,
        status: oldPath ? "renamed" : !sides[0] ? "added" : !sides[1] ? "removed" : "modified",
        ...(oldPath ? { oldPath: `${root}/${oldPath}` } : {}),
        before: sideOf(sides[0]),
        after: sideOf(sides[1]),
        binary: false,
        additions: 0,
        deletions: 0,
        hunks: null,
      };
      return options.lines === false || index >= FILES_LIMIT ? diff : withLines(diff, sides);
    }),
  );
}

function sideOf(blob: Blob | undefined): FileSide | null {
  return blob ? { kind: "file", mode: 0o644, size: blob.size } : null;
}

async function withLines(
  diff: FileDiff,
  sides: readonly [Blob | undefined, Blob | undefined],
): Promise<FileDiff> {
  const starts = await Promise.all(sides.map((blob) => (blob ? contentOf(blob) : "")));
  if (starts.some((text) => text.slice(0, 8000).includes("\0"))) return { ...diff, binary: true };
  if (sides.some((blob) => blob && blob.size > LINES_LIMIT)) return diff;
  const [old, now] = await Promise.all(sides.map((blob) => blob?.text() ?? ""));
  const patch = structuredPatch("a", "b", old ?? "", now ?? "", "", "", { context: 3 });
  const lines = patch.hunks.flatMap((hunk) => hunk.lines);
  return {
    ...diff,
    additions: lines.filter((line) => line.startsWith("+")).length,
    deletions: lines.filter((line) => line.startsWith("-")).length,
    hunks: patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines: own }) => ({
      oldStart,
      oldLines,
      newStart,
      newLines,
      lines: own,
    })),
  };
}
