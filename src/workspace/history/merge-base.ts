import { parseCommit } from "../../domain/git/commit-object.ts";
import type { ObjectStore } from "./object-store.ts";

/** Everything before a commit, itself included. Where the history was cut off, it ends. */
export async function ancestorsOf(commit: string, store: ObjectStore): Promise<Set<string>> {
  const seen = new Set<string>();
  const waiting = [commit];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (seen.has(oid) || !store.has(oid)) continue;
    seen.add(oid);
    waiting.push(...(await parentsOf(oid, store)));
  }
  return seen;
}

/** Where two histories parted: the nearest common commit by steps from `theirs`; null for histories that share none. */
export async function mergeBase(ours: string, theirs: string, store: ObjectStore): Promise<string | null> {
  const before = await ancestorsOf(ours, store);
  const seen = new Set<string>();
  let level = [theirs];
  while (level.length > 0) {
    const common = level.filter((oid) => before.has(oid));
    if (common.length > 0) return newestOf(common, store);
    for (const oid of level) seen.add(oid);
    const next: string[] = [];
    for (const oid of level) if (store.has(oid)) next.push(...(await parentsOf(oid, store)));
    level = [...new Set(next)].filter((oid) => !seen.has(oid));
  }
  return null;
}

async function newestOf(commits: readonly string[], store: ObjectStore): Promise<string | null> {
  let newest: string | null = null;
  let time = -Infinity;
  for (const oid of commits) {
    const at = parseCommit((await store.read(oid)).body)?.timestamp ?? 0;
    if (at > time) [newest, time] = [oid, at];
  }
  return newest;
}

async function parentsOf(oid: string, store: ObjectStore): Promise<string[]> {
  return parseCommit((await store.read(oid)).body)?.parents ?? [];
}
