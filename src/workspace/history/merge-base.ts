import { parseCommit } from "../../domain/git/commit-object.ts";
import type { ObjectStore } from "./object-store.ts";

/** Everything before some commits, themselves included. Where the history was cut off, it ends. */
export async function ancestorsOf(
  commits: string | readonly string[],
  store: ObjectStore,
): Promise<Set<string>> {
  const seen = new Set<string>();
  const waiting = typeof commits === "string" ? [commits] : [...commits];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (seen.has(oid) || !store.has(oid)) continue;
    seen.add(oid);
    waiting.push(...(await parentsOf(oid, store)));
  }
  return seen;
}

/**
 * Where two histories parted: the common commits that are before no other
 * common one, newest first. Several where both had merged the other before;
 * none for histories that share nothing. `ours` may be several histories
 * that are taken for one.
 */
export async function mergeBases(
  ours: readonly string[],
  theirs: string,
  store: ObjectStore,
): Promise<string[]> {
  const before = await ancestorsOf(ours, store);
  const common = [...(await ancestorsOf(theirs, store))].filter((oid) => before.has(oid));
  // What lies before a common commit is common, and so is all in between: it is a parent of a common one.
  const passed = new Set<string>();
  for (const oid of common) for (const parent of await parentsOf(oid, store)) passed.add(parent);
  const best = common.filter((oid) => !passed.has(oid));
  const times = new Map<string, number>();
  for (const oid of best) times.set(oid, parseCommit((await store.read(oid)).body)?.timestamp ?? 0);
  const timeOf = (oid: string): number => times.get(oid) ?? 0;
  // The same order everywhere, or two devices would make two merges of one.
  return best.toSorted((a, b) => timeOf(b) - timeOf(a) || (a < b ? -1 : 1));
}

async function parentsOf(oid: string, store: ObjectStore): Promise<string[]> {
  return parseCommit((await store.read(oid)).body)?.parents ?? [];
}
