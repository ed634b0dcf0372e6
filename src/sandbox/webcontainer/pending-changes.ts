import type { TreeChange } from "../../domain/changes.ts";

/** What the agent does to the engine's folder; see agent.cjs. */
export type Operation =
  | { kind: "write"; path: string; staged?: string; mode?: number; mtime?: number }
  | { kind: "mkdir"; path: string }
  | { kind: "remove"; path: string }
  | { kind: "rename"; path: string; to: string }
  | { kind: "symlink"; path: string; target: string }
  | { kind: "chmod"; path: string; mode: number }
  | { kind: "clear" };

/** The workspace's changes on their way to the engine: the tree's in their order, then files as they are by then. */
export interface Pending {
  operations: Exclude<Operation, { kind: "write" }>[];
  /** Paths whose content is to be sent. */
  written: Set<string>;
}

/**
 * Sorts changes so that a file's content is read once and at its last place: by
 * the time they are sent, a file that was written may have moved or gone.
 */
export function pendingFrom(changes: readonly TreeChange[]): Pending {
  const operations: Pending["operations"] = [];
  let written = new Set<string>();
  for (const change of changes) {
    if (change.kind === "write") {
      written.add(change.path);
      continue;
    }
    if (change.kind === "remove") written = without(written, change.path);
    if (change.kind === "rename") written = moved(without(written, change.to), change.path, change.to);
    operations.push(change);
  }
  return { operations, written };
}

/** The keys of a map, moved or dropped as a rename or a removal of `path` does to a tree. */
export function moveKeys<T>(map: Map<string, T>, path: string, to: string | null): void {
  const within = [...map].filter(([key]) => isWithin(key, path));
  for (const [key, value] of within) {
    map.delete(key);
    if (to !== null) map.set(to + key.slice(path.length), value);
  }
}

function without(paths: Set<string>, path: string): Set<string> {
  return new Set([...paths].filter((one) => !isWithin(one, path)));
}

function moved(paths: Set<string>, from: string, to: string): Set<string> {
  return new Set([...paths].map((one) => (isWithin(one, from) ? to + one.slice(from.length) : one)));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
