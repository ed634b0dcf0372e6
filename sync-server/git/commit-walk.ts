import { breathe } from "./breathe.ts";
import { DateHeap } from "./date-heap.ts";
import type { CommitFacts, ObjectReader } from "./object-reader.ts";

/** Where a walk through history stops: commits whose parents the client does not have, or is not to get. */
export type Cut = ReadonlySet<string>;

export interface Missing {
  /** Commits the client lacks. */
  commits: string[];
  /** Commits it has that these build on, or that it named. */
  edges: string[];
}

/** How many more commits are looked at when all that is left is known: clocks that are off hide a connection. */
const SLOP = 8;

/** Commits that `wants` lead to and `haves` do not, the newest first. Source: Git's limit_list. */
export async function missingCommits(
  objects: ObjectReader,
  { wants, haves, cut }: { wants: readonly string[]; haves: readonly string[]; cut: Cut },
): Promise<Missing> {
  const walk = new Walk(objects, cut);
  for (const oid of haves) await walk.see(oid, true);
  for (const oid of wants) await walk.see(oid, false);
  while (walk.goesOn) await walk.step();
  return walk.result();
}

class Walk {
  readonly #objects: ObjectReader;
  readonly #cut: Cut;
  readonly #heap = new DateHeap();
  readonly #facts = new Map<string, CommitFacts>();
  readonly #known = new Set<string>();
  readonly #waiting = new Set<string>();
  /** Those who are waiting and are not known. */
  #open = 0;
  #oldestOpen = Number.POSITIVE_INFINITY;
  #slop = SLOP;

  constructor(objects: ObjectReader, cut: Cut) {
    this.#objects = objects;
    this.#cut = cut;
  }

  get goesOn(): boolean {
    if (this.#heap.size === 0) return false;
    if (this.#open > 0 || this.#heap.newest >= this.#oldestOpen) {
      this.#slop = SLOP;
      return true;
    }
    // With nothing wanted at all there is nothing to find.
    if (this.#oldestOpen === Number.POSITIVE_INFINITY) return false;
    this.#slop -= 1;
    return this.#slop >= 0;
  }

  /** A commit that is not there ends the walk on its side. */
  async see(oid: string, known: boolean): Promise<void> {
    const before = this.#facts.get(oid);
    if (before) return known ? this.#markKnown(oid) : undefined;
    const facts = await this.#objects.commit(oid);
    if (!facts) return;
    this.#facts.set(oid, facts);
    this.#heap.push(oid, facts.date);
    this.#waiting.add(oid);
    if (known) this.#known.add(oid);
    else {
      this.#open += 1;
      this.#oldestOpen = Math.min(this.#oldestOpen, facts.date);
    }
  }

  async step(): Promise<void> {
    await breathe();
    const oid = this.#heap.pop();
    if (oid === undefined) return;
    const known = this.#known.has(oid);
    this.#waiting.delete(oid);
    if (!known) this.#open -= 1;
    for (const parent of this.#parentsOf(oid)) await this.see(parent, known);
  }

  result(): Missing {
    const all = [...this.#facts].filter(([oid]) => !this.#known.has(oid));
    const commits = all.toSorted(([, a], [, b]) => b.date - a.date).map(([oid]) => oid);
    const edges = new Set(
      commits.flatMap((oid) => this.#parentsOf(oid)).filter((oid) => this.#known.has(oid)),
    );
    return { commits, edges: [...edges] };
  }

  #parentsOf(oid: string): string[] {
    return this.#cut.has(oid) ? [] : (this.#facts.get(oid)?.parents ?? []);
  }

  /** Known is also what a known commit leads to. */
  #markKnown(first: string): void {
    for (const left = [first]; left.length > 0;) {
      const oid = left.pop() ?? "";
      if (!this.#facts.has(oid) || this.#known.has(oid)) continue;
      this.#known.add(oid);
      if (this.#waiting.has(oid)) this.#open -= 1;
      else left.push(...this.#parentsOf(oid));
    }
  }
}

/** Whether a commit comes after another, or is it. `facts` knows commits that no repository has yet. */
export async function comesAfter(
  objects: Pick<ObjectReader, "commit">,
  { newer, older }: { newer: string; older: string },
): Promise<boolean> {
  return (await firstReached(objects, { from: newer, goal: (oid) => oid === older })) !== null;
}

/** Whether each of `wants` leads to one of `common`: then there is no more to find out. Source: Git's ok_to_give_up. */
export async function allReach(
  objects: ObjectReader,
  { wants, common, cut }: { wants: readonly string[]; common: ReadonlySet<string>; cut: Cut },
): Promise<boolean> {
  if (common.size === 0) return false;
  for (const from of wants) {
    if ((await firstReached(objects, { from, goal: (oid) => common.has(oid), cut })) === null) return false;
  }
  return true;
}

async function firstReached(
  objects: Pick<ObjectReader, "commit">,
  { from, goal, cut }: { from: string; goal: (oid: string) => boolean; cut?: Cut },
): Promise<string | null> {
  const heap = new DateHeap();
  const seen = new Set<string>();
  const see = async (oid: string): Promise<void> => {
    if (seen.has(oid)) return;
    seen.add(oid);
    const facts = await objects.commit(oid);
    if (facts) heap.push(oid, facts.date);
  };
  await see(from);
  for (let oid = heap.pop(); oid !== undefined; oid = heap.pop()) {
    await breathe();
    if (goal(oid)) return oid;
    if (cut?.has(oid)) continue;
    for (const parent of (await objects.commit(oid))?.parents ?? []) await see(parent);
  }
  return null;
}
