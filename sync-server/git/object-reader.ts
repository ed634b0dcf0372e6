import { applyDelta, damagedPack } from "../../src/domain/git/pack-entry.ts";
import { EMPTY_TREE } from "../../src/domain/git/tree-object.ts";
import type { WholeObject } from "./index-pack.ts";
import { linksOf } from "./object-links.ts";
import { Recent } from "./recent.ts";
import { MAX_DELTAS, readEntry } from "./pack-reader.ts";
import type { Place, Places } from "./repository.ts";

/** What a walk through history needs of a commit. */
export interface CommitFacts {
  tree: string;
  parents: string[];
  /** When it was committed. Seconds since 1970 UTC. */
  date: number;
}

/** What a tree holds, by kind; submodules are left out. */
export interface TreeFacts {
  trees: string[];
  blobs: string[];
}

/** Bytes of objects that are kept for the deltas which build on them. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** An object's id says what is in it: what was read of a commit is the same in every space. */
const MAX_COMMITS = 50_000;
const commits = new Map<string, CommitFacts>();

/** Reads a repository's objects for one request, and keeps what deltas build on. */
export class ObjectReader {
  readonly #places: Places;
  readonly #recent = new Recent<string, WholeObject>(KEPT_BYTES, ({ body }) => body.length);
  readonly #names = new Map<Place["source"], number>();

  constructor(places: Places) {
    this.#places = places;
  }

  place(oid: string): Promise<Place | null> {
    return this.#places.place(oid);
  }

  has(oid: string): Promise<boolean> {
    return this.#places.has(oid);
  }

  /** null when it is not there. Errors: `bad-archive`. */
  async read(oid: string): Promise<WholeObject | null> {
    const place = await this.#places.place(oid);
    return place && this.#readAt(place, MAX_DELTAS);
  }

  /** null for what is no commit, or is not there. */
  async commit(oid: string): Promise<CommitFacts | null> {
    const known = commits.get(oid);
    if (known) return (await this.has(oid)) ? known : null;
    const object = await this.read(oid);
    if (object?.type !== "commit") return null;
    const facts = commitFacts(object.body);
    if (commits.size >= MAX_COMMITS) commits.delete(commits.keys().next().value ?? "");
    commits.set(oid, facts);
    return facts;
  }

  /** Errors: `bad-archive` when it is no tree, or not there. */
  async tree(oid: string): Promise<TreeFacts> {
    const object = await this.read(oid);
    if (!object && oid === EMPTY_TREE) return { trees: [], blobs: [] };
    if (object?.type !== "tree") throw damagedPack();
    return treeFacts(object.body);
  }

  async #readAt(place: Place, deltasLeft: number): Promise<WholeObject> {
    const key = this.#keyOf(place);
    const kept = this.#recent.get(key);
    if (kept) return kept;
    const { head, data } = await readEntry(place.source, place.offset);
    if (head.kind !== "offset-delta" && head.kind !== "reference-delta")
      return this.#keep(key, { type: head.kind, body: data });
    if (deltasLeft === 0) throw damagedPack();
    const at =
      head.kind === "offset-delta"
        ? { source: place.source, offset: place.offset - head.distance, length: 0 }
        : await this.place(head.base);
    if (!at) throw damagedPack();
    const base = await this.#readAt(at, deltasLeft - 1);
    return this.#keep(key, { type: base.type, body: Buffer.from(applyDelta(base.body, data)) });
  }

  #keyOf({ source, offset }: Place): string {
    const name = this.#names.get(source) ?? this.#names.size;
    this.#names.set(source, name);
    return `${name}:${offset}`;
  }

  #keep(key: string, object: WholeObject): WholeObject {
    return object.body.length > KEPT_BYTES / 4 ? object : this.#recent.keep(key, object);
  }
}

/** Errors: `bad-archive`. */
export function commitFacts(body: Buffer): CommitFacts {
  const { objects, parents } = linksOf("commit", body);
  const [head = ""] = body.toString("latin1", 0, Math.min(body.length, 64 * 1024)).split("\n\n", 1);
  const date = Number(/^committer .*> (\d{1,12})(?: |$)/m.exec(head)?.[1] ?? 0);
  return { tree: objects[0]?.oid ?? EMPTY_TREE, parents, date };
}

function treeFacts(body: Buffer): TreeFacts {
  const facts: TreeFacts = { trees: [], blobs: [] };
  for (const { oid, type } of linksOf("tree", body).objects)
    facts[type === "tree" ? "trees" : "blobs"].push(oid);
  return facts;
}
