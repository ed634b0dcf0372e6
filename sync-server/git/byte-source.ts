import type { BlobName, Blobs } from "../repos/blobs.ts";
import { BLOB_PART_BYTES } from "../../src/domain/sync-protocol.ts";

/** Bytes that are read here and there. */
export interface ByteSource {
  readonly size: number;
  /** `length` bytes from `offset` on, fewer at the end. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Parts that are kept in memory: a pack is mostly read from its beginning to its end. */
const KEPT_PARTS = 8;

/** A blob's bytes. Every part but the last has the same size. */
export class BlobSource implements ByteSource {
  readonly size: number;
  readonly #blobs: Blobs;
  readonly #name: BlobName;
  readonly #kept = new Map<number, Buffer>();

  constructor(blobs: Blobs, name: BlobName, size: number) {
    this.#blobs = blobs;
    this.#name = name;
    this.size = size;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(this.size, offset + length);
    const pieces: Buffer[] = [];
    for (let at = offset; at < end;) {
      const n = Math.floor(at / BLOB_PART_BYTES);
      const part = await this.#part(n);
      const from = at - n * BLOB_PART_BYTES;
      const piece = part.subarray(from, from + end - at);
      if (piece.length === 0) throw new Error(`Part ${n} of a blob is shorter than it should be.`);
      pieces.push(piece);
      at += piece.length;
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async #part(n: number): Promise<Buffer> {
    const kept = this.#kept.get(n);
    if (kept) return kept;
    const part = await this.#blobs.part(this.#name, n);
    if (!part) throw new Error(`Part ${n} of a blob is missing.`);
    if (this.#kept.size >= KEPT_PARTS) this.#kept.delete(this.#kept.keys().next().value ?? 0);
    this.#kept.set(n, part);
    return part;
  }
}

/** A file's bytes, or any that are in memory. */
export class MemorySource implements ByteSource {
  readonly size: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    return this.#bytes.subarray(offset, offset + length);
  }
}
