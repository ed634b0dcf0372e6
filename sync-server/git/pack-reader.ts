import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { OkcvmError } from "../../src/domain/errors.ts";
import { damagedPack, parseEntryHead, type EntryHead } from "../../src/domain/git/pack-entry.ts";
import type { ObjectType } from "../../src/domain/git/object-id.ts";
import type { ByteSource } from "./byte-source.ts";

/** The most bytes an object may have: it is held in memory while it is read. */
export const MAX_OBJECT_BYTES = 256 * 1024 * 1024;
/** Bytes of a pack's head, of its checksum, and the most of an entry's head. */
export const PACK_HEAD = 12;
export const PACK_TRAILER = 20;
const ENTRY_HEAD = 40;
/** Git's own limit for chains of deltas is 4,095; more is a loop. */
export const MAX_DELTAS = 4_096;

/** An entry as it lies in its pack. */
export interface ReadEntry {
  head: EntryHead;
  /** Bytes of the whole entry. */
  length: number;
  /** The object's, or the delta's. */
  data: Buffer;
  /** The whole entry as it is packed. */
  raw: Buffer;
}

/** Reads what the entry at an offset is. Errors: `bad-archive`. */
export async function readHead(source: ByteSource, offset: number): Promise<EntryHead> {
  return parseEntryHead(await source.read(offset, ENTRY_HEAD));
}

/** Reads and inflates the entry at an offset. Errors: `bad-archive`; `too-large` for more than `maxBytes`. */
export async function readEntry(
  source: ByteSource,
  offset: number,
  maxBytes = MAX_OBJECT_BYTES,
): Promise<ReadEntry> {
  const start = await source.read(offset, ENTRY_HEAD);
  const head = parseEntryHead(start);
  if (head.size > maxBytes) throw tooLarge(maxBytes);
  // What does not shrink grows by five bytes every 16 KiB at most.
  const most = head.length + head.size + Math.ceil(head.size / 16_000) * 5 + 64;
  const window = await source.read(offset, Math.min(most, source.size - PACK_TRAILER - offset));
  try {
    const { buffer, engine } = inflateSync(window.subarray(head.length), {
      info: true,
      maxOutputLength: Math.max(1, head.size),
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length !== head.size) throw damagedPack();
    const length = head.length + engine.bytesWritten;
    return { head, length, data: buffer, raw: window.subarray(0, length) };
  } catch (error) {
    throw damagedPack(error);
  }
}

export function tooLarge(maxBytes: number): OkcvmError {
  return new OkcvmError(
    "too-large",
    `A file of the repository is over ${maxBytes / 1024 / 1024} MiB, the most one may have.`,
  );
}

/** Number of objects a pack says it has. Errors: `bad-archive` for what is no pack, or whose checksum is wrong. */
export async function checkPack(source: ByteSource): Promise<{ objects: number; checksum: string }> {
  const head = await source.read(0, PACK_HEAD);
  if (
    source.size < PACK_HEAD + PACK_TRAILER ||
    head.toString("latin1", 0, 4) !== "PACK" ||
    head.readUInt32BE(4) !== 2
  )
    throw damagedPack();
  const hash = createHash("sha1");
  const end = source.size - PACK_TRAILER;
  for (let at = 0; at < end; at += STEP) hash.update(await source.read(at, Math.min(STEP, end - at)));
  const checksum = hash.digest("hex");
  if ((await source.read(end, PACK_TRAILER)).toString("hex") !== checksum) throw damagedPack();
  return { objects: head.readUInt32BE(8), checksum };
}

const STEP = 1024 * 1024;

/** The id of an object. */
export function idOf(type: ObjectType, body: Uint8Array): string {
  return createHash("sha1").update(`${type} ${body.length}\0`).update(body).digest("hex");
}
