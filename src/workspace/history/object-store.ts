import { hexToBytes } from "@noble/hashes/utils.js";

import { OkcvmError } from "../../domain/errors.ts";
import { sliceStored } from "./large-blob.ts";
import { objectId, type GitObject } from "../../domain/git/object-id.ts";
import {
  applyDelta,
  damagedPack,
  inflateEntry,
  parseEntryHead,
  type EntryHead,
} from "../../domain/git/pack-entry.ts";
import { findInIndex, type PackIndex } from "../../domain/git/pack-index.ts";
import type { Pack } from "../../domain/git/pack-writer.ts";
import { readIndexes, readPack } from "../storage/database.ts";
import { PackCache } from "./pack-cache.ts";

/** Above this, an object is handed out as a Blob and never held as bytes. 1 MiB. */
export const LARGE = 1024 * 1024;
/** Git's own limit for chains is 4,095; more is a loop. */
const MAX_DELTAS = 4_096;

interface Place {
  pack: string;
  index: PackIndex;
  at: number;
}

/** An entry as its pack holds it. */
export interface RawEntry {
  head: EntryHead;
  /** The whole entry, head included. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** The Git objects of a workspace, read from the packs in its database. */
export class ObjectStore {
  readonly #db: IDBDatabase;
  readonly #indexes: Map<string, PackIndex>;
  readonly #cache: PackCache;

  private constructor(db: IDBDatabase, indexes: Map<string, PackIndex>) {
    this.#db = db;
    this.#indexes = indexes;
    this.#cache = new PackCache((id) => this.#load(id));
  }

  static async open(db: IDBDatabase): Promise<ObjectStore> {
    return new ObjectStore(db, await readIndexes(db));
  }

  /** Index by pack id. */
  get indexes(): ReadonlyMap<string, PackIndex> {
    return this.#indexes;
  }

  /** Bytes of all packs. */
  get size(): number {
    let size = 0;
    for (const index of this.#indexes.values()) size += index.packSize;
    return size;
  }

  /** To be called when packs are durable, or gone. */
  changed(added: readonly Pack[], removed: readonly string[] = []): void {
    for (const pack of added) {
      this.#indexes.set(pack.id, pack.index);
      this.#cache.put(pack.id, pack.data);
    }
    for (const id of removed) {
      this.#indexes.delete(id);
      this.#cache.drop(id);
    }
  }

  /** Whether an object is here, or in some of the packs. */
  has(oid: string, packs?: ReadonlySet<string>): boolean {
    return this.#find(oid, packs) !== null;
  }

  /** Bytes of an object. Errors: `bad-archive` when it is not there. */
  sizeOf(oid: string): number {
    const { index, at } = this.#place(oid);
    return index.sizes[at] ?? 0;
  }

  /** An object, checked against its id. Errors: `bad-archive` when it is missing or damaged. */
  async read(oid: string): Promise<GitObject> {
    const object = await this.#at(oid, (place) => this.#read(place, MAX_DELTAS));
    if (objectId(object.type, object.body) !== oid) throw damagedPack();
    return object;
  }

  /** The content of a blob: as bytes, or as a Blob the browser may keep on disk when it is large. */
  async readContent(oid: string): Promise<Uint8Array<ArrayBuffer> | Blob> {
    const size = this.sizeOf(oid);
    const large = size > LARGE ? await this.#at(oid, (place) => this.#readLarge(place, size)) : null;
    if (large) return large;
    const { type, body } = await this.read(oid);
    if (type !== "blob") throw damagedPack();
    return body;
  }

  /** An entry as it is packed. */
  async readRaw(oid: string): Promise<RawEntry> {
    const bytes = await this.#at(oid, (place) => this.#entry(place));
    return { head: parseEntryHead(bytes), bytes };
  }

  #find(oid: string, packs?: ReadonlySet<string>): Place | null {
    const bytes = hexToBytes(oid);
    for (const [pack, index] of this.#indexes) {
      if (packs && !packs.has(pack)) continue;
      const at = findInIndex(index, bytes);
      if (at >= 0) return { pack, index, at };
    }
    return null;
  }

  #place(oid: string): Place {
    const place = this.#find(oid);
    if (!place) throw new OkcvmError("bad-archive", "A part of the history is missing.");
    return place;
  }

  /** Reads at an object's place, again when a repack has just moved it. */
  async #at<T>(oid: string, read: (place: Place) => Promise<T>): Promise<T> {
    const place = this.#place(oid);
    try {
      return await read(place);
    } catch (error) {
      if (this.#indexes.has(place.pack)) throw error;
      return read(this.#place(oid));
    }
  }

  /** A large object of a pack that is kept as a Blob; null for a delta, which needs its base in memory. */
  async #readLarge(place: Place, size: number): Promise<Blob | null> {
    const pack = await this.#cache.get(place.pack);
    if (!(pack instanceof Blob)) return null;
    const start = place.index.offsets[place.at] ?? 0;
    const end = start + (place.index.lengths[place.at] ?? 0);
    const head = parseEntryHead(new Uint8Array(await pack.slice(start, start + 32).arrayBuffer()));
    if (head.kind !== "blob") return null;
    const data = pack.slice(start + head.length, end);
    if (place.index.stored) return sliceStored(data, size);
    try {
      return await new Response(data.stream().pipeThrough(new DecompressionStream("deflate"))).blob();
    } catch (error) {
      throw damagedPack(error);
    }
  }

  async #read(place: Place, deltasLeft: number): Promise<GitObject> {
    const entry = await this.#entry(place);
    const head = parseEntryHead(entry);
    const data = inflateEntry(entry.subarray(head.length), head.size);
    if (head.kind !== "offset-delta" && head.kind !== "reference-delta")
      return { type: head.kind, body: data };
    if (deltasLeft === 0) throw damagedPack();
    const base = await this.#read(
      head.kind === "reference-delta" ? this.#place(head.base) : placeBefore(place, head.distance),
      deltasLeft - 1,
    );
    return { type: base.type, body: applyDelta(base.body, data) };
  }

  async #entry(place: Place): Promise<Uint8Array<ArrayBuffer>> {
    const pack = await this.#cache.get(place.pack);
    const start = place.index.offsets[place.at] ?? 0;
    const end = start + (place.index.lengths[place.at] ?? 0);
    if (pack instanceof Blob) return new Uint8Array(await pack.slice(start, end).arrayBuffer());
    return pack.subarray(start, end);
  }

  async #load(id: string): Promise<Uint8Array<ArrayBuffer> | Blob> {
    const pack = await readPack(this.#db, id);
    if (!pack) throw new OkcvmError("bad-archive", "A part of the history is missing.");
    return pack;
  }
}

const placesByOffset = new WeakMap<PackIndex, Map<number, number>>();

/** The entry that begins `distance` bytes before another in the same pack. */
function placeBefore(place: Place, distance: number): Place {
  const { index } = place;
  let places = placesByOffset.get(index);
  if (!places) {
    places = new Map([...index.offsets].map((offset, at) => [offset, at]));
    placesByOffset.set(index, places);
  }
  const at = places.get((index.offsets[place.at] ?? 0) - distance);
  if (at === undefined) throw damagedPack();
  return { ...place, at };
}
