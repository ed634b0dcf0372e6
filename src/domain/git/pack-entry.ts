import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { unzlibSync } from "fflate";

import { OkcvmError } from "../errors.ts";
import type { ObjectType } from "./object-id.ts";

const TYPE_NUMBERS: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const TYPES: Partial<Record<number, ObjectType>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const OFS_DELTA = 6;
const REF_DELTA = 7;

/** The start of an object in a pack, up to its zlib stream. */
export type EntryHead = {
  /** Bytes of the head itself. */
  length: number;
  /** Bytes of the inflated data: the object's, or the delta's. */
  size: number;
} & (
  | { kind: ObjectType }
  /** `distance` is how far before this entry its base begins. */
  | { kind: "offset-delta"; distance: number }
  | { kind: "reference-delta"; base: string }
);

/** The head of an entry that holds a whole object. */
export function encodeEntryHead(type: ObjectType, size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(typeAndSize(TYPE_NUMBERS[type], size));
}

/** The head of an entry that holds a delta of `size` bytes, with the id of its base, or how far before it that begins. */
export function encodeDeltaHead(
  size: number,
  base: { oid: string } | { distance: number },
): Uint8Array<ArrayBuffer> {
  if ("oid" in base) return Uint8Array.from([...typeAndSize(REF_DELTA, size), ...hexToBytes(base.oid)]);
  const distance = [base.distance & 0x7f];
  for (let rest = Math.floor(base.distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest -= 1;
    distance.unshift(0x80 | (rest & 0x7f));
  }
  return Uint8Array.from([...typeAndSize(OFS_DELTA, size), ...distance]);
}

function typeAndSize(type: number, size: number): number[] {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (type << 4) | (size & 15);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
    rest = Math.floor(rest / 128);
  }
  bytes.push(byte);
  return bytes;
}

/** Reads an entry's head. Errors: `bad-archive`. */
export function parseEntryHead(bytes: Uint8Array): EntryHead {
  let byte = byteAt(bytes, 0);
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  let scale = 16;
  let at = 1;
  while (byte & 0x80) {
    byte = byteAt(bytes, at++);
    size += (byte & 0x7f) * scale;
    scale *= 128;
  }
  const whole = TYPES[type];
  if (whole) return { kind: whole, length: at, size };
  if (type === REF_DELTA) {
    return { kind: "reference-delta", base: bytesToHex(bytes.subarray(at, at + 20)), length: at + 20, size };
  }
  if (type !== OFS_DELTA) throw damagedPack();
  byte = byteAt(bytes, at++);
  let distance = byte & 0x7f;
  while (byte & 0x80) {
    byte = byteAt(bytes, at++);
    distance = (distance + 1) * 128 + (byte & 0x7f);
  }
  return { kind: "offset-delta", distance, length: at, size };
}

/** Inflates an entry's data. Errors: `bad-archive` for data that is damaged or of another size. */
export function inflateEntry(data: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  try {
    const out = unzlibSync(data, { out: new Uint8Array(size) });
    if (out.length === size) return out as Uint8Array<ArrayBuffer>;
  } catch (error) {
    throw damagedPack(error);
  }
  throw damagedPack();
}

/** The object a delta makes of its base. Errors: `bad-archive`. Source: Git's gitformat-pack. */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array<ArrayBuffer> {
  const from = readSize(delta, 0);
  const to = readSize(delta, from.next);
  if (from.value !== base.length) throw damagedPack();
  const out = new Uint8Array(to.value);
  let at = to.next;
  let written = 0;
  while (at < delta.length) {
    const op = byteAt(delta, at++);
    const piece = op & 0x80 ? copyPiece(delta, at, op) : { next: at + op, offset: at, size: op };
    const source = op & 0x80 ? base : delta;
    if (piece.size === 0 || piece.offset + piece.size > source.length || written + piece.size > out.length)
      throw damagedPack();
    out.set(source.subarray(piece.offset, piece.offset + piece.size), written);
    written += piece.size;
    at = piece.next;
  }
  if (written !== out.length) throw damagedPack();
  return out;
}

/** The size of the object a delta makes. */
export function deltaResultSize(delta: Uint8Array): number {
  return readSize(delta, readSize(delta, 0).next).value;
}

function copyPiece(
  delta: Uint8Array,
  at: number,
  op: number,
): { next: number; offset: number; size: number } {
  let next = at;
  let offset = 0;
  let size = 0;
  for (let bit = 0; bit < 4; bit++) if (op & (1 << bit)) offset += byteAt(delta, next++) * 2 ** (8 * bit);
  for (let bit = 0; bit < 3; bit++) if (op & (16 << bit)) size += byteAt(delta, next++) * 2 ** (8 * bit);
  return { next, offset, size: size === 0 ? 0x10000 : size };
}

function readSize(bytes: Uint8Array, start: number): { value: number; next: number } {
  let at = start;
  let value = 0;
  let scale = 1;
  let byte: number;
  do {
    byte = byteAt(bytes, at++);
    value += (byte & 0x7f) * scale;
    scale *= 128;
  } while (byte & 0x80);
  return { value, next: at };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw damagedPack();
  return byte;
}

/** What cannot be read is damaged: the words a person gets. */
export function damagedPack(cause?: unknown): OkcvmError {
  return new OkcvmError("bad-archive", "A part of the history cannot be read: its data is damaged.", cause);
}
