import { crc32 } from "node:zlib";
import { OkcvmError } from "../../src/domain/errors.ts";
import { applyDelta, damagedPack, deltaResultSize } from "../../src/domain/git/pack-entry.ts";
import type { ObjectType } from "../../src/domain/git/object-id.ts";
import { buildIndex, type IndexEntry, type PackIndex } from "../../src/domain/git/pack-index.ts";
import { linksOf } from "./object-links.ts";
import { Recent } from "./recent.ts";
import type { ByteSource } from "./byte-source.ts";
import {
  checkPack,
  idOf,
  MAX_OBJECT_BYTES,
  PACK_HEAD,
  PACK_TRAILER,
  readEntry,
  tooLarge,
} from "./pack-reader.ts";

/** An object as it is. */
export interface WholeObject {
  type: ObjectType;
  body: Buffer;
}

export interface IndexedPack {
  index: PackIndex;
  checksum: string;
  /** What its objects lead to and it does not hold, with what they take it for: commits that came before, and the rest. */
  missing: { parents: Set<string>; objects: Map<string, ObjectType> };
  /** Ids of its commits. */
  commits: Set<string>;
  /** Objects that deltas of a thin pack build on, which are elsewhere. */
  bases: Set<string>;
}

interface Delta {
  offset: number;
  length: number;
  crc: number;
  base: { offset: number } | { oid: string };
}

/** What a pack's objects have to be, besides readable. */
export interface ObjectRules {
  /** The most bytes of one. */
  maxBytes: number;
  /** Looks at each. Errors are the pack's. */
  check(type: ObjectType, body: Buffer, oid: string): void;
}

const ANY_OBJECT: ObjectRules = { maxBytes: MAX_OBJECT_BYTES, check: () => undefined };

/** Bytes of objects kept while deltas are put together. */
const KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Reads a whole pack and says where every object is. `elsewhere` reads an
 * object that a thin pack's deltas build on; null when there is none.
 * Errors: `bad-archive`, `too-large`.
 */
export async function indexPack(
  source: ByteSource,
  elsewhere: (oid: string) => Promise<WholeObject | null> = async () => null,
  rules = ANY_OBJECT,
): Promise<IndexedPack> {
  const { objects, checksum } = await checkPack(source);
  const indexing = new Indexing(source, elsewhere, rules);
  let offset = PACK_HEAD;
  for (let count = 0; count < objects; count += 1) offset = await indexing.take(offset);
  if (offset !== source.size - PACK_TRAILER) throw damagedPack();
  await indexing.resolve();
  return indexing.finish(checksum);
}

/** Git would take it too, and no clone could read it. */
export function mistaken(oid: string): OkcvmError {
  return new OkcvmError("bad-archive", `The pack calls the object ${oid} what it is not.`);
}

class Indexing {
  readonly #source: ByteSource;
  readonly #elsewhere: (oid: string) => Promise<WholeObject | null>;
  readonly #rules: ObjectRules;
  readonly #entries = new Map<string, IndexEntry>();
  readonly #byOffset = new Map<number, string>();
  readonly #deltas = new Map<number, Delta>();
  readonly #types = new Map<string, ObjectType>();
  readonly #links = { objects: new Map<string, ObjectType>(), parents: new Set<string>() };
  readonly #commits = new Set<string>();
  readonly #bases = new Set<string>();
  readonly #recent = new Recent<number, WholeObject>(KEPT_BYTES, ({ body }) => body.length);

  constructor(
    source: ByteSource,
    elsewhere: (oid: string) => Promise<WholeObject | null>,
    rules: ObjectRules,
  ) {
    this.#source = source;
    this.#elsewhere = elsewhere;
    this.#rules = rules;
  }

  /** Takes the entry at an offset; answers where the next one is. */
  async take(offset: number): Promise<number> {
    const { head, length, data, raw } = await readEntry(this.#source, offset, this.#rules.maxBytes);
    const crc = crc32(raw);
    if (head.kind === "offset-delta")
      this.#deltas.set(offset, { offset, length, crc, base: { offset: offset - head.distance } });
    else if (head.kind === "reference-delta")
      this.#deltas.set(offset, { offset, length, crc, base: { oid: head.base } });
    else this.#note({ type: head.kind, body: data }, { offset, length, crc });
    return offset + length;
  }

  /** Puts the deltas together. */
  async resolve(): Promise<void> {
    const waiting = [...this.#deltas.values()];
    // Bases by id may come later in the pack, as deltas of others: those that cannot be found yet go round again.
    for (let left = waiting; left.length > 0;) {
      const next: Delta[] = [];
      for (const delta of left) if (!(await this.#resolveOne(delta))) next.push(delta);
      if (next.length === left.length) throw damagedPack();
      left = next;
    }
  }

  finish(checksum: string): IndexedPack {
    const index = buildIndex([...this.#entries.values()], {
      packSize: this.#source.size,
      stored: false,
      deltas: this.#deltas.size > 0,
    });
    const { parents, objects } = this.#links;
    for (const [oid, type] of objects) this.#expect(oid, type);
    for (const oid of parents) this.#expect(oid, "commit");
    const isElsewhere = (oid: string): boolean => !this.#entries.has(oid);
    const missing = {
      parents: new Set([...parents].filter(isElsewhere)),
      objects: new Map([...objects].filter(([oid]) => isElsewhere(oid))),
    };
    return { index, checksum, missing, commits: this.#commits, bases: this.#bases };
  }

  /** Errors: `bad-archive` for an object of another type that is in the pack. */
  #expect(oid: string, type: ObjectType): void {
    if ((this.#types.get(oid) ?? type) !== type) throw mistaken(oid);
  }

  async #resolveOne(delta: Delta): Promise<boolean> {
    const base = await this.#baseOf(delta);
    if (!base) return false;
    const { data } = await readEntry(this.#source, delta.offset);
    // A few bytes of a delta can ask for any size.
    if (deltaResultSize(data) > this.#rules.maxBytes) throw tooLarge(this.#rules.maxBytes);
    const body = Buffer.from(applyDelta(base.body, data));
    this.#note({ type: base.type, body }, delta);
    return true;
  }

  async #baseOf({ base }: Delta): Promise<WholeObject | null> {
    if ("offset" in base) return this.#byOffset.has(base.offset) ? this.#read(base.offset) : null;
    const here = this.#entries.get(base.oid);
    if (here) return this.#read(here.offset);
    const found = await this.#elsewhere(base.oid);
    if (found) this.#bases.add(base.oid);
    return found;
  }

  /** A noted object again: from memory, or put together once more. */
  async #read(offset: number): Promise<WholeObject> {
    const kept = this.#recent.get(offset);
    if (kept) return kept;
    const delta = this.#deltas.get(offset);
    const { head, data } = await readEntry(this.#source, offset);
    if (!delta) return this.#recent.keep(offset, { type: head.kind as ObjectType, body: data });
    const base = await this.#baseOf(delta);
    if (!base) throw damagedPack();
    return this.#recent.keep(offset, { type: base.type, body: Buffer.from(applyDelta(base.body, data)) });
  }

  #note(object: WholeObject, at: { offset: number; length: number; crc: number }): void {
    const oid = idOf(object.type, object.body);
    this.#rules.check(object.type, object.body, oid);
    const { offset, length, crc } = at;
    this.#entries.set(oid, { oid, offset, length, size: object.body.length, crc });
    this.#byOffset.set(offset, oid);
    const { objects, parents } = linksOf(object.type, object.body);
    this.#types.set(oid, object.type);
    for (const { oid: id, type } of objects) {
      if ((this.#links.objects.get(id) ?? type) !== type) throw mistaken(id);
      this.#links.objects.set(id, type);
    }
    for (const id of parents) this.#links.parents.add(id);
    if (object.type === "commit") this.#commits.add(oid);
    if (this.#deltas.size > 0) this.#recent.keep(offset, object);
  }
}
