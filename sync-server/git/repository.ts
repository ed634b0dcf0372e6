import type { ObjectType } from "../../src/domain/git/object-id.ts";
import { damagedPack } from "../../src/domain/git/pack-entry.ts";
import { parseIdxFile } from "../../src/domain/git/idx-file.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { BlobSource, type ByteSource } from "./byte-source.ts";
import { MAX_DELTAS, PACK_TRAILER, readHead } from "./pack-reader.ts";
import { Recent } from "./recent.ts";

/** Where an object lies. */
export interface Place {
  source: ByteSource;
  offset: number;
  /** Bytes of its entry. */
  length: number;
}

/** Says where objects lie. */
export interface Places {
  /** null for one that is not there. */
  place(oid: string): Promise<Place | null>;
  has(oid: string): Promise<boolean>;
}

/** Where a pack's objects are, in the order of their ids. */
interface LoadedIndex {
  /** Bytes of the pack. */
  size: number;
  oids: Map<string, number>;
  /** Where each entry ends, by where it begins. */
  ends: Map<number, number>;
  /** What was found out of the kinds of objects, by where they begin. */
  types: Map<number, ObjectType>;
}

/** The same with the bytes, which are read by one request's own database. */
interface LoadedPack extends LoadedIndex {
  source: ByteSource;
}

/** The Git objects of one space, from its packs. Made for one request: what it has read it keeps. */
export class Repository implements Places {
  readonly #database: Database;
  readonly #blobs: Blobs;
  readonly #space: string;
  #packs: Promise<LoadedPack[]> | null = null;

  constructor(database: Database, blobs: Blobs, space: string) {
    this.#database = database;
    this.#blobs = blobs;
    this.#space = space;
  }

  async has(oid: string): Promise<boolean> {
    return (await this.place(oid)) !== null;
  }

  /** null when no pack has it. */
  async place(oid: string): Promise<Place | null> {
    const found = await this.#find(oid);
    if (!found) return null;
    const { offset, pack } = found;
    return { source: pack.source, offset, length: (pack.ends.get(offset) ?? offset) - offset };
  }

  async #find(oid: string): Promise<{ pack: LoadedPack; offset: number } | undefined> {
    for (const pack of await this.#load()) {
      const offset = pack.oids.get(oid);
      if (offset !== undefined) return { pack, offset };
    }
    return undefined;
  }

  /** What those of some objects that are here are. Errors: `bad-archive`. */
  async types(oids: readonly string[]): Promise<Map<string, ObjectType>> {
    const found = new Map<string, ObjectType>();
    const packs = await this.#load();
    const left = new Set(oids);
    for (const pack of packs) {
      const here = [...left].flatMap((oid) => {
        const offset = pack.oids.get(oid);
        return offset === undefined ? [] : [{ oid, offset }];
      });
      // As they lie: a part of a pack is read once then.
      for (const { oid, offset } of here.toSorted((a, b) => a.offset - b.offset)) {
        found.set(oid, await this.#typeAt(pack, offset));
        left.delete(oid);
      }
    }
    return found;
  }

  async #typeAt(pack: LoadedPack, offset: number, deltasLeft = MAX_DELTAS): Promise<ObjectType> {
    const known = pack.types.get(offset);
    if (known !== undefined) return known;
    const head = await readHead(pack.source, offset);
    let type: ObjectType;
    if (head.kind === "offset-delta" || head.kind === "reference-delta") {
      const base =
        head.kind === "offset-delta" ? { pack, offset: offset - head.distance } : await this.#find(head.base);
      if (!base || deltasLeft === 0) throw damagedPack();
      type = await this.#typeAt(base.pack, base.offset, deltasLeft - 1);
    } else type = head.kind;
    pack.types.set(offset, type);
    return type;
  }

  #load(): Promise<LoadedPack[]> {
    this.#packs ??= this.#loadAll();
    return this.#packs;
  }

  async #loadAll(): Promise<LoadedPack[]> {
    const rows = await this.#database.kysely
      .selectFrom("blobs")
      .select(["id", "size"])
      .where("space_id", "=", this.#space)
      .where("whole", "=", 1)
      .where("id", "like", "%.idx")
      .execute();
    const packs: LoadedPack[] = [];
    for (const { id, size } of rows) {
      const pack = id.slice(0, -".idx".length);
      const key = `${this.#space}/${pack}`;
      const known = loaded.get(key);
      const one = known ?? (await this.#loadOne(pack, Number(size)));
      if (one && !known) loaded.keep(key, one);
      if (one) packs.push({ ...one, source: this.#sourceOf(pack, one.size) });
    }
    return packs;
  }

  #sourceOf(id: string, size: number): BlobSource {
    return new BlobSource(this.#blobs, { space: this.#space, id }, size);
  }

  /** null for an index whose pack is not whole yet, or is being removed. */
  async #loadOne(pack: string, indexSize: number): Promise<LoadedIndex | null> {
    const state = await this.#blobs.state({ space: this.#space, id: pack });
    if (!state?.whole) return null;
    const index = this.#sourceOf(`${pack}.idx`, indexSize);
    const entries = parseIdxFile(await index.read(0, indexSize)).toSorted((a, b) => a.offset - b.offset);
    const ends = new Map<number, number>();
    for (const [at, { offset }] of entries.entries())
      ends.set(offset, entries[at + 1]?.offset ?? state.size - PACK_TRAILER);
    const oids = new Map(entries.map(({ oid, offset }) => [oid, offset]));
    return { size: state.size, oids, ends, types: new Map() };
  }
}

/** Packs never change, so what was read of one is kept for the next request. About what an object takes in memory. */
const BYTES_AN_OBJECT = 240;
const KEPT_BYTES = 128 * 1024 * 1024;
const loaded = new Recent<string, LoadedIndex>(KEPT_BYTES, ({ oids }) => oids.size * BYTES_AN_OBJECT);
