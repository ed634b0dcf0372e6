import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import {
  damagedPack,
  encodeDeltaHead,
  encodeEntryHead,
  parseEntryHead,
  type EntryHead,
} from "../../src/domain/git/pack-entry.ts";
import { packHead } from "../../src/domain/git/pack-writer.ts";
import { breathe } from "./breathe.ts";
import type { ByteSource } from "./byte-source.ts";
import type { ObjectReader } from "./object-reader.ts";

const compress = promisify(deflate);

export interface PackOptions {
  /** What the client has: deltas may build on it. Empty for a pack that is to be whole. */
  known: ReadonlySet<string>;
  /** Whether the client reads deltas whose base is told by its distance. */
  ofsDelta: boolean;
}

/** An object on its way out. */
interface Item {
  oid: string;
  source: ByteSource;
  offset: number;
  length: number;
}

/** Bytes that are read at once. */
const STEP = 1024 * 1024;
/** Bytes of an entry's head at most. */
const ENTRY_HEAD = 40;

/**
 * A pack of some objects, as their entries lie in the stored ones. A delta goes
 * along as it is where its base does too, or the client has it; else the object
 * is made whole. No more than one object and a part of a pack is in memory.
 */
export async function* packOf(
  objects: ObjectReader,
  oids: ReadonlySet<string>,
  options: PackOptions,
): AsyncGenerator<Buffer> {
  yield* new PackStream(objects, oids, options).chunks();
}

class PackStream {
  readonly #objects: ObjectReader;
  readonly #oids: ReadonlySet<string>;
  readonly #options: PackOptions;
  readonly #hash = createHash("sha1");
  /** Of each stored pack: what went out of it, by where it lies there. */
  readonly #sent = new Map<ByteSource, Map<number, { oid: string; at: number }>>();
  #size = 0;

  constructor(objects: ObjectReader, oids: ReadonlySet<string>, options: PackOptions) {
    this.#objects = objects;
    this.#oids = oids;
    this.#options = options;
  }

  async *chunks(): AsyncGenerator<Buffer> {
    yield this.#count(Buffer.from(packHead(this.#oids.size)));
    for (const item of await this.#items()) {
      await breathe();
      this.#note(item);
      const small = item.length <= STEP ? await this.#small(item) : null;
      if (small) yield this.#count(small);
      else for await (const chunk of this.#entry(item)) yield this.#count(chunk);
    }
    yield this.#hash.digest();
  }

  /** The objects, pack by pack and in the order they lie there: bases come before what builds on them. */
  async #items(): Promise<Item[]> {
    const found = new Map<ByteSource, Item[]>();
    for (const oid of this.#oids) {
      const place = await this.#objects.place(oid);
      if (!place) throw damagedPack();
      const items = found.get(place.source) ?? [];
      items.push({ oid, ...place });
      found.set(place.source, items);
    }
    return [...found.values()].flatMap((items) => items.sort((a, b) => a.offset - b.offset));
  }

  #note({ oid, source, offset }: Item): void {
    const sent = this.#sent.get(source) ?? new Map<number, { oid: string; at: number }>();
    sent.set(offset, { oid, at: this.#size });
    this.#sent.set(source, sent);
  }

  #count(chunk: Buffer): Buffer {
    this.#hash.update(chunk);
    this.#size += chunk.length;
    return chunk;
  }

  /** An entry that goes as it is, in one piece; null for one that cannot. */
  async #small(item: Item): Promise<Buffer | null> {
    const bytes = await item.source.read(item.offset, item.length);
    const head = parseEntryHead(bytes);
    const start = this.#headOf(item, head);
    if (start === null || head.kind !== "offset-delta") return start && bytes;
    return Buffer.concat([start, bytes.subarray(head.length)]);
  }

  async *#entry(item: Item): AsyncGenerator<Buffer> {
    const head = parseEntryHead(await item.source.read(item.offset, ENTRY_HEAD));
    const start = this.#headOf(item, head);
    if (start === null) return yield* this.#whole(item.oid);
    yield start;
    const end = item.offset + item.length;
    for (let at = item.offset + head.length; at < end; at += STEP)
      yield await item.source.read(at, Math.min(STEP, end - at));
  }

  /** An entry's head as it goes out; null when it cannot go as it is. */
  #headOf(item: Item, head: EntryHead): Buffer | null {
    if (head.kind === "reference-delta") {
      const there = this.#oids.has(head.base) || this.#options.known.has(head.base);
      return there ? Buffer.from(encodeDeltaHead(head.size, { oid: head.base })) : null;
    }
    if (head.kind !== "offset-delta") return Buffer.from(encodeEntryHead(head.kind, head.size));
    const base = this.#sent.get(item.source)?.get(item.offset - head.distance);
    if (!base) return null;
    return Buffer.from(
      encodeDeltaHead(
        head.size,
        this.#options.ofsDelta ? { distance: this.#size - base.at } : { oid: base.oid },
      ),
    );
  }

  async *#whole(oid: string): AsyncGenerator<Buffer> {
    const object = await this.#objects.read(oid);
    if (!object) throw damagedPack();
    yield* wholeEntry(object);
  }
}

/** An object as an entry of its own. */
export async function* wholeEntry({ type, body }: { type: string; body: Buffer }): AsyncGenerator<Buffer> {
  yield Buffer.from(encodeEntryHead(type as Parameters<typeof encodeEntryHead>[0], body.length));
  yield await compress(body, { level: 4 });
}
