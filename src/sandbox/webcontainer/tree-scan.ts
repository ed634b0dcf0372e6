import type { EntryKind } from "../../domain/changes.ts";
import { isLeftOut } from "../../domain/left-out.ts";
import { leadsIntoGit } from "../../domain/paths.ts";

/** How an entry of the engine's folder looked, cheap to compare. Times are the engine's, in milliseconds. */
export interface Signature {
  kind: EntryKind;
  /** Permission bits. */
  mode: number;
  size: number;
  mtime?: number;
  ctime?: number;
  /** SHA-1; only where the times alone do not tell. */
  hash?: string;
  target?: string;
}

/** What one look at the folder found, by workspace path. */
export interface Scan {
  /** The engine's clock when it began. */
  at: number;
  entries: Record<string, Signature>;
}

/** A change found by comparing two looks; the content of a write is still to be read. */
export type FoundChange =
  | { kind: "write"; path: string; signature: Signature }
  | { kind: "mkdir"; path: string }
  | { kind: "remove"; path: string }
  | { kind: "symlink"; path: string; target: string }
  | { kind: "chmod"; path: string; mode: number };

/** What stays in the engine: packages and caches that can be made again, and Git's own folder, which no workspace holds. */
export function staysInEngine(path: string): boolean {
  return path.split("/").some(isLeftOut) || leadsIntoGit(path);
}

/** Names a look does not go into: those of `staysInEngine` that grow large. */
export const SKIPPED_NAMES: readonly string[] = [
  "node_modules",
  ".git",
  ".cache",
  ".npm",
  ".pnpm-store",
  ".venv",
].filter(staysInEngine);

/** What has to happen to a tree that looked like `known` for it to look like `found`: removals, then the rest, parents first. */
export function changesBetween(
  known: ReadonlyMap<string, Signature>,
  found: ReadonlyMap<string, Signature>,
): FoundChange[] {
  const gone = [...known.keys()].filter((path) => known.get(path)?.kind !== found.get(path)?.kind);
  const removed = new Set(gone);
  const removals: FoundChange[] = gone
    .filter((path) => !ancestors(path).some((one) => removed.has(one)))
    .map((path) => ({ kind: "remove", path }));
  const rest = [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, now]) => {
      const before = known.get(path);
      const wasRemoved = removed.has(path) || ancestors(path).some((one) => removed.has(one));
      return entryChanges(path, wasRemoved ? undefined : before, now);
    });
  return [...removals, ...rest];
}

function entryChanges(path: string, before: Signature | undefined, now: Signature): FoundChange[] {
  if (now.kind === "symlink") {
    if (before?.target === now.target) return [];
    const { target = "" } = now;
    return before
      ? [
          { kind: "remove", path },
          { kind: "symlink", path, target },
        ]
      : [{ kind: "symlink", path, target }];
  }
  const mode: FoundChange[] =
    (before?.mode ?? (now.kind === "file" ? now.mode : 0o755)) === now.mode
      ? []
      : [{ kind: "chmod", path, mode: now.mode }];
  if (now.kind === "directory") return before ? mode : [{ kind: "mkdir", path }, ...mode];
  return before && sameContent(before, now) ? mode : [{ kind: "write", path, signature: now }];
}

function sameContent(before: Signature, now: Signature): boolean {
  if (before.size !== now.size) return false;
  // Two hashes are the truth; times are where there is no need of one.
  if (before.hash !== undefined && now.hash !== undefined) return before.hash === now.hash;
  return before.mtime === now.mtime && before.ctime === now.ctime;
}

function ancestors(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
