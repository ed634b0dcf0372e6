import { createHash, randomUUID } from "node:crypto";
import { OkcvmError } from "../../src/domain/errors.ts";
import { BLOB_PART_BYTES } from "../../src/domain/sync-protocol.ts";
import type { BlobName, Blobs } from "../repos/blobs.ts";
import { breathe } from "./breathe.ts";
import { readParts, type ByteSource } from "./byte-source.ts";
import { NO_ROOM } from "./commit-pack.ts";

/** Parts kept in memory; what is more than that goes to the database as it comes. */
const IN_MEMORY = 4;

/**
 * A pack on its way in. A small one stays in memory; of a larger one, the first
 * part and the newest do, since the head and the end of a thin pack change, and
 * the rest lies in the database under a name of its own that nobody reads. What
 * a killed server leaves of it is removed as uploads that were not ended are.
 */
export class IncomingPack implements ByteSource {
  readonly #blobs: Blobs;
  readonly #maxBytes: number;
  /** Where it lies until it has a name. */
  readonly name: BlobName;
  /** Whole parts that are in memory. */
  readonly #parts = new Map<number, Buffer>();
  /** Parts that were read again. */
  readonly #read = new Map<number, Buffer>();
  #tail: Buffer = Buffer.allocUnsafe(BLOB_PART_BYTES);
  #fill = 0;
  #whole = 0;
  #stored = false;

  constructor(blobs: Blobs, space: string, maxBytes: number) {
    this.#blobs = blobs;
    this.#maxBytes = maxBytes;
    this.name = { space, id: `incoming-${randomUUID().replaceAll("-", "")}` };
  }

  get size(): number {
    return this.#whole * BLOB_PART_BYTES + this.#fill;
  }

  /** Whether some of it is in the database. */
  get isStored(): boolean {
    return this.#stored;
  }

  get count(): number {
    return Math.ceil(this.size / BLOB_PART_BYTES);
  }

  /** Takes more of it. Errors: `storage-full`. */
  async take(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + BLOB_PART_BYTES - this.#fill);
      piece.copy(this.#tail, this.#fill);
      this.#fill += piece.length;
      at += piece.length;
      if (this.#fill === BLOB_PART_BYTES) await this.#turn();
    }
  }

  async read(offset: number, length: number): Promise<Buffer> {
    await breathe();
    return readParts((n) => this.part(n), offset, Math.min(this.size, offset + length));
  }

  /** One part's bytes. */
  async part(n: number): Promise<Buffer> {
    if (n === this.#whole) return this.#tail.subarray(0, this.#fill);
    const near = this.#parts.get(n) ?? this.#read.get(n);
    if (near) return near;
    const part = await this.#blobs.part(this.name, n);
    if (!part) throw new Error(`Part ${n} of a pack on its way in is missing.`);
    if (this.#read.size >= IN_MEMORY) this.#read.delete(this.#read.keys().next().value ?? 0);
    this.#read.set(n, part);
    return part;
  }

  /** Cuts the checksum off and puts more entries in its place, with a head that counts them and the new checksum. */
  async extend(count: number, entries: AsyncIterable<Buffer>): Promise<string> {
    this.#cut(CHECKSUM);
    for await (const bytes of entries) await this.take(bytes);
    (await this.part(0)).writeUInt32BE(count, COUNT_AT);
    const hash = createHash("sha1");
    for (let at = 0; at < this.size; at += BLOB_PART_BYTES) hash.update(await this.read(at, BLOB_PART_BYTES));
    const checksum = hash.digest();
    await this.take(checksum);
    return checksum.toString("hex");
  }

  /** Puts what is in memory to the rest, so that it is all in the database. Errors: `storage-full`. */
  async store(): Promise<void> {
    for (const n of this.#parts.keys()) await this.#put(n);
    if (this.#fill > 0) await this.#keep(this.#whole, this.#tail.subarray(0, this.#fill));
  }

  /** Removes what is in the database of it. */
  async remove(): Promise<void> {
    if (this.#stored) await this.#blobs.remove(this.name.space, [this.name.id]);
    this.#stored = false;
  }

  /** A part is whole: the next one begins. */
  async #turn(): Promise<void> {
    const n = this.#whole;
    this.#parts.set(n, this.#tail);
    this.#tail = Buffer.allocUnsafe(BLOB_PART_BYTES);
    this.#fill = 0;
    this.#whole += 1;
    if (this.#whole <= IN_MEMORY) return;
    // The checksum may reach back into the newest whole part.
    for (const old of this.#parts.keys()) if (old !== 0 && old !== n) await this.#put(old);
  }

  async #put(n: number): Promise<void> {
    const part = this.#parts.get(n);
    if (part) await this.#keep(n, part);
    this.#parts.delete(n);
  }

  async #keep(n: number, part: Buffer): Promise<void> {
    this.#stored = true;
    if (!(await this.#blobs.put(this.name, n, part, this.#maxBytes)))
      throw new OkcvmError("storage-full", NO_ROOM);
  }

  #cut(bytes: number): void {
    if (this.#fill < bytes) {
      const part = this.#parts.get(this.#whole - 1);
      if (!part) throw new Error("A pack on its way in is too short to be cut.");
      bytes -= this.#fill;
      this.#parts.delete(this.#whole - 1);
      this.#tail = part;
      this.#fill = BLOB_PART_BYTES;
      this.#whole -= 1;
    }
    this.#fill -= bytes;
  }
}

const CHECKSUM = 20;
const COUNT_AT = 8;
