import { OkcvmError } from "../../src/domain/errors.ts";
import { breathe } from "./breathe.ts";
import type { ObjectReader } from "./object-reader.ts";

/** How much history a client asks for. */
export type Deepen =
  | { kind: "depth"; depth: number; relative: boolean }
  /** `not`: commits that these lead to are left out. */
  | { kind: "since"; since: number; not: readonly string[] };

/** Git's word for all of it. */
const ALL = 0x7fffffff;

export interface ShallowChange {
  /** Commits whose parents the client is not to get. */
  shallow: string[];
  /** Commits whose parents it gets now. */
  unshallow: string[];
}

/** What becomes of a client's boundary, as it asks for. Errors: `bad-request`. */
export async function deepened(
  objects: ObjectReader,
  request: { wants: readonly string[]; shallows: ReadonlySet<string>; deepen: Deepen },
): Promise<ShallowChange> {
  const { wants, shallows, deepen } = request;
  const { boundary, inner } =
    deepen.kind === "depth"
      ? await byDepth(objects, { ...deepen, wants, shallows })
      : await bySelection(objects, wants, deepen);
  return {
    shallow: [...boundary].filter((oid) => !shallows.has(oid)),
    unshallow: [...shallows].filter((oid) => inner.has(oid)),
  };
}

interface Reached {
  /** Commits that come along without their parents. */
  boundary: Set<string>;
  /** Commits that come along with them. */
  inner: Set<string>;
}

async function byDepth(
  objects: ObjectReader,
  about: { wants: readonly string[]; shallows: ReadonlySet<string>; depth: number; relative: boolean },
): Promise<Reached> {
  const { wants, shallows, relative } = about;
  const all = about.depth >= ALL;
  const depth = all ? Number.POSITIVE_INFINITY : about.depth + (relative ? 1 : 0);
  let level = new Set(all ? [...wants, ...shallows] : wants);
  if (relative && !all) level = await reachableOf(objects, wants, shallows);
  const reached: Reached = { boundary: new Set(), inner: new Set() };
  for (let at = 1; level.size > 0; at += 1) {
    const next = new Set<string>();
    for (const oid of level) {
      await breathe();
      if (reached.inner.has(oid)) continue;
      for (const parent of await stepDown(objects, oid, { reached, isLast: at >= depth })) next.add(parent);
    }
    level = next;
  }
  return reached;
}

/** Puts a commit where it belongs; answers the parents to go on with. */
async function stepDown(
  objects: ObjectReader,
  oid: string,
  { reached, isLast }: { reached: Reached; isLast: boolean },
): Promise<string[]> {
  const commit = await objects.commit(oid);
  if (!commit) return [];
  const cutShort = commit.parents.length > 0 && (isLast || (await lacksParents(objects, commit.parents)));
  (cutShort ? reached.boundary : reached.inner).add(oid);
  return cutShort ? [] : commit.parents;
}

async function bySelection(
  objects: ObjectReader,
  wants: readonly string[],
  { since, not }: Extract<Deepen, { kind: "since" }>,
): Promise<Reached> {
  const left = await historyOf(objects, not);
  const isIn = async (oid: string): Promise<boolean> =>
    !left.has(oid) && ((await objects.commit(oid))?.date ?? -1) >= since;
  const reached: Reached = { boundary: new Set(), inner: new Set() };
  const seen = new Set<string>();
  for (const todo = [...wants]; todo.length > 0;) {
    await breathe();
    const oid = todo.pop() ?? "";
    if (seen.has(oid) || !(await isIn(oid))) continue;
    seen.add(oid);
    const { parents = [] } = (await objects.commit(oid)) ?? {};
    const kept = [];
    for (const parent of parents) if (await isIn(parent)) kept.push(parent);
    const whole = kept.length === parents.length;
    (whole ? reached.inner : reached.boundary).add(oid);
    todo.push(...kept);
  }
  if (seen.size === 0) throw new OkcvmError("bad-request", "no commits selected for shallow requests");
  return reached;
}

/** Which of some commits the others lead to. */
async function reachableOf(
  objects: ObjectReader,
  from: readonly string[],
  of: ReadonlySet<string>,
): Promise<Set<string>> {
  const history = await historyOf(objects, from);
  return new Set([...of].filter((oid) => history.has(oid)));
}

async function historyOf(objects: ObjectReader, from: readonly string[]): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const todo = [...from]; todo.length > 0;) {
    await breathe();
    const oid = todo.pop() ?? "";
    if (seen.has(oid)) continue;
    const commit = await objects.commit(oid);
    if (!commit) continue;
    seen.add(oid);
    todo.push(...commit.parents);
  }
  return seen;
}

async function lacksParents(objects: ObjectReader, parents: readonly string[]): Promise<boolean> {
  for (const parent of parents) if (!(await objects.has(parent))) return true;
  return false;
}

/** Commits of some whose parents are nowhere, as after an import of a part of a history. */
export async function ownBoundary(objects: ObjectReader, commits: Iterable<string>): Promise<string[]> {
  const found: string[] = [];
  for (const oid of commits) {
    const { parents = [] } = (await objects.commit(oid)) ?? {};
    if (await lacksParents(objects, parents)) found.push(oid);
  }
  return found;
}

/** The same of everything that some commits lead to. */
export async function boundaryBelow(objects: ObjectReader, from: readonly string[]): Promise<string[]> {
  return ownBoundary(objects, await historyOf(objects, from));
}
