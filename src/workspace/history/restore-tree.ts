import type { TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { checkPath, parentOf } from "../../domain/paths.ts";
import type { BatchBuilder } from "../tree/batch-builder.ts";
import type { LiveTree } from "../tree/live-tree.ts";
import type { ObjectStore } from "./object-store.ts";
import type { TreeDifference, TreeFile } from "./tree-diff.ts";

/** Makes differences true in the live tree: what goes first, then what comes. Contents stay in the history. */
export async function applyDifferences(
  parts: { live: LiveTree; store: ObjectStore; batch: BatchBuilder },
  differences: readonly TreeDifference[],
): Promise<TreeChange[]> {
  const { live, batch } = parts;
  const changes: TreeChange[] = [];
  for (const { path, before, after } of differences) {
    if (after && !(before?.mode === "symlink" || after.mode === "symlink")) continue;
    if (live.lookUp(path).node) changes.push(removeAt(live, path, batch));
    if (!after) changes.push(...removeEmptied(live, parentOf(path), batch));
  }
  for (const { path, after } of differences) {
    if (after) changes.push(await put(parts, path, after));
  }
  return changes;
}

/** Paths where something lies that a difference would write over and no snapshot holds, because it is ignored. */
export function inTheWay(live: LiveTree, differences: readonly TreeDifference[]): string[] {
  return differences
    .filter(({ before, after }) => before === null && after !== null)
    .map(({ path }) => firstFileOn(live, path))
    .filter((path) => path !== null);
}

/** A path itself when something is there, or the file that is where one of its folders would have to be. */
function firstFileOn(live: LiveTree, path: string): string | null {
  const names = path.split("/");
  for (let depth = 1; depth <= names.length; depth++) {
    const at = names.slice(0, depth).join("/");
    const { node } = live.lookUp(at);
    if (!node) return null;
    if (node.kind !== "directory" || depth === names.length) return at;
  }
  return null;
}

async function put(
  parts: { live: LiveTree; store: ObjectStore; batch: BatchBuilder },
  path: string,
  file: TreeFile,
): Promise<TreeChange> {
  const { live, store, batch } = parts;
  clearWay(live, path, batch);
  if (file.mode === "symlink") {
    const target = new TextDecoder().decode((await store.read(file.oid)).body);
    live.putSymlink(path, target, batch);
    return { kind: "symlink", path, target };
  }
  const mode = file.mode === "executable" ? 0o755 : 0o644;
  const content = { id: null, oid: file.oid };
  return live.putFile(
    path,
    { kind: "file", mode, size: store.sizeOf(file.oid), mtime: Date.now(), content },
    batch,
  );
}

/** What is in the way is in a snapshot by now: a folder where a file comes, a file or link where a folder comes. */
function clearWay(live: LiveTree, path: string, batch: BatchBuilder): void {
  const at = firstFileOn(live, path);
  if (at === null) return;
  const { node } = live.lookUp(at);
  if (at !== path || node?.kind !== "file") live.remove(at, batch);
}

function removeAt(live: LiveTree, path: string, batch: BatchBuilder): TreeChange {
  live.remove(path, batch);
  return { kind: "remove", path };
}

/** Git keeps no folders without files, so a folder that lost its last one goes too. */
function removeEmptied(live: LiveTree, folder: string, batch: BatchBuilder): TreeChange[] {
  const changes: TreeChange[] = [];
  for (let at = folder; at !== ""; at = parentOf(at)) {
    const { node } = live.lookUp(at);
    if (node?.kind !== "directory" || node.children.size > 0) break;
    changes.push(removeAt(live, at, batch));
  }
  return changes;
}

/** A repository made elsewhere can hold paths this workspace does not take. Errors: `bad-archive`. */
export function checkPaths(differences: readonly TreeDifference[]): void {
  for (const { path, after } of differences) {
    try {
      if (after) checkPath(path);
    } catch (error) {
      throw new OkcvmError(
        "bad-archive",
        `The snapshot holds a path that is not allowed here: ${path}`,
        error,
      );
    }
  }
}
