import type { Change, Entry } from "../../../domain/changes.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { inParallel } from "../../../domain/in-parallel.ts";

/** A file or a whole folder, held so that it can be written again. Contents are Blobs, which the browser may keep on disk. */
export interface Subtree {
  /** Parents before what they hold; each with its path below the subtree, `""` for its top. */
  items: { below: string; entry: Entry; content: Blob | null }[];
}

const READS_AT_ONCE = 16;

/** Reads a file or a folder with all it holds. Errors: `not-found`. */
export async function readSubtree(
  workspace: Workspace,
  path: string,
  signal?: AbortSignal,
): Promise<Subtree | null> {
  const top = await workspace.stat(path);
  if (!top) return null;
  const below = top.kind === "directory" ? await workspace.list(path, { recursive: true }) : [];
  const items = [top, ...below].map((entry) => ({
    below: entry.path.slice(top.path.length).replace(/^\//, ""),
    entry,
  }));
  const contents = await inParallel(items, READS_AT_ONCE, async ({ entry }) => {
    signal?.throwIfAborted();
    return entry.kind === "file" ? await workspace.readBlob(entry.path) : null;
  });
  return { items: items.map((item, index) => ({ ...item, content: contents[index] ?? null })) };
}

/** The changes that write a subtree at a path. */
export function subtreeChanges(subtree: Subtree, path: string): Change[] {
  return subtree.items
    .toSorted((a, b) => depthOf(a.below) - depthOf(b.below))
    .map(({ below, entry, content }): Change => {
      const at = below === "" ? path : `${path}/${below}`;
      if (entry.kind === "directory") return { kind: "mkdir", path: at };
      if (entry.kind === "symlink") return { kind: "symlink", path: at, target: entry.target ?? "" };
      return {
        kind: "write",
        path: at,
        content: content ?? new Blob(),
        mode: entry.mode,
        mtime: entry.mtime,
      };
    });
}

function depthOf(path: string): number {
  return path === "" ? 0 : path.split("/").length;
}
