import { applyDelta, damagedPack } from "../../src/domain/git/pack-entry.ts";
import { parseIdxFile } from "../../src/domain/git/idx-file.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { BlobSource, type ByteSource } from "./byte-source.ts";
import type { WholeObject } from "./index-pack.ts";
import { PACK_TRAILER, readEntry } from "./pack-reader.ts";

/** Where an object lies. */
export interface Place {
  source: ByteSource;
  offset: number;
  /** Bytes of its entry. */
  length: number;
}

/** A pack's objects, in the order of their ids. */
interface LoadedPack {
  source: ByteSource;
  oids: Map<string, number>;
  /** Where each entry ends, by where it begins. */
  ends: Map<number, number>;
  bytes: number;
}

/** Git's own limit for chains of deltas is 4,095; more is a loop. */
const MAX_DELTAS = 4_096;

/** The Git objects of one space, from its packs. Made for one request: what it has read it keeps. */
export class Repository {
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
    for (const { source, oids, ends } of await this.#load()) {
      const offset = oids.get(oid);
      if (offset !== undefined) return { source, offset, length: (ends.get(offset) ?? offset) - offset };
    }
    return null;
  }

  /** null when it is not there. Errors: `bad-archive`. */
  async read(oid: string): Promise<WholeObject | null> {
    const place = await this.place(oid);
    return place && this.#readAt(place, MAX_DELTAS);
  }

  /** Ids of all objects. */
  async ids(): Promise<Set<string>> {
    const all = new Set<string>();
    for (const { oids } of await this.#load()) for (const oid of oids.keys()) all.add(oid);
    return all;
  }

  async #readAt({ source, offset }: Place, deltasLeft: number): Promise<WholeObject> {
    const { head, data } = await readEntry(source, offset);
    if (head.kind !== "offset-delta" && head.kind !== "reference-delta")
      return { type: head.kind, body: data };
    if (deltasLeft === 0) throw damagedPack();
    const at =
      head.kind === "offset-delta"
        ? { source, offset: offset - head.distance, length: 0 }
        : await this.place(head.base);
    if (!at) throw damagedPack();
    const base = await this.#readAt(at, deltasLeft - 1);
    return { type: base.type, body: Buffer.from(applyDelta(base.body, data)) };
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
      if (one && !known) keep(key, one);
      // What is kept says where objects are; the bytes are read by this request's own database.
      if (one) packs.push({ ...one, source: this.#sourceOf(pack, one.source.size) });
    }
    return packs;
  }

  #sourceOf(pack: string, size: number): BlobSource {
    return new BlobSource(this.#blobs, { space: this.#space, id: pack }, size);
  }

  /** null for an index whose pack is not whole yet, or is being removed. */
  async #loadOne(pack: string, indexSize: number): Promise<LoadedPack | null> {
    const state = await this.#blobs.state({ space: this.#space, id: pack });
    if (!state?.whole) return null;
    const index = new BlobSource(this.#blobs, { space: this.#space, id: `${pack}.idx` }, indexSize);
    const entries = parseIdxFile(await index.read(0, indexSize)).toSorted((a, b) => a.offset - b.offset);
    const ends = new Map<number, number>();
    for (const [at, { offset }] of entries.entries())
      ends.set(offset, entries[at + 1]?.offset ?? state.size - PACK_TRAILER);
    const source = new BlobSource(this.#blobs, { space: this.#space, id: pack }, state.size);
    const oids = new Map(entries.map(({ oid, offset }) => [oid, offset]));
    return { source, oids, ends, bytes: entries.length * BYTES_AN_OBJECT };
  }
}

/** Packs never change, so what was read of one is kept for the next request. About what an object takes in memory. */
const BYTES_AN_OBJECT = 200;
const KEPT_BYTES = 128 * 1024 * 1024;
const loaded = new Map<string, LoadedPack>();
let loadedBytes = 0;

function keep(key: string, pack: LoadedPack): void {
  loaded.set(key, pack);
  loadedBytes += pack.bytes;
  for (const [oldest, { bytes }] of loaded) {
    if (loadedBytes <= KEPT_BYTES) return;
    loaded.delete(oldest);
    loadedBytes -= bytes;
  }
}
