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
    return readParts((n) => this.#part(n), offset, Math.min(this.size, offset + length));
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

/** The bytes between two places of what lies in parts. */
export async function readParts(
  partOf: (n: number) => Promise<Buffer>,
  start: number,
  end: number,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = start; at < end;) {
    const n = Math.floor(at / BLOB_PART_BYTES);
    const from = at - n * BLOB_PART_BYTES;
    const piece = (await partOf(n)).subarray(from, from + end - at);
    if (piece.length === 0) throw new Error(`Part ${n} is shorter than it should be.`);
    pieces.push(piece);
    at += piece.length;
  }
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
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
