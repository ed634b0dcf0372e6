import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import { concatBytes, uint32 } from "./bytes.ts";

/** Where a pack's objects are, in the order of their ids. This is what the `indexes` store holds. */
export interface PackIndex {
  /** 20 bytes an object, sorted. */
  oids: Uint8Array<ArrayBuffer>;
  /** Where its entry begins in the pack. Bytes. */
  offsets: Float64Array<ArrayBuffer>;
  /** Bytes of its entry in the pack. */
  lengths: Float64Array<ArrayBuffer>;
  /** Bytes of the object itself. */
  sizes: Float64Array<ArrayBuffer>;
  crcs: Uint32Array<ArrayBuffer>;
  /** Bytes of the pack. */
  packSize: number;
  /** True for a pack of one blob that is kept uncompressed, so that parts of it can be handed out without reading it. */
  stored: boolean;
  /** True when some entries are deltas of others, as in packs made elsewhere. */
  deltas: boolean;
}

export interface IndexEntry {
  oid: string;
  offset: number;
  length: number;
  size: number;
  crc: number;
}

/** An index of entries in any order. */
export function buildIndex(
  entries: readonly IndexEntry[],
  about: Pick<PackIndex, "packSize" | "stored" | "deltas">,
): PackIndex {
  const sorted = entries.toSorted((a, b) => (a.oid < b.oid ? -1 : 1));
  const oids = new Uint8Array(sorted.length * 20);
  for (const [place, entry] of sorted.entries()) oids.set(hexToBytes(entry.oid), place * 20);
  return {
    oids,
    offsets: Float64Array.from(sorted, (entry) => entry.offset),
    lengths: Float64Array.from(sorted, (entry) => entry.length),
    sizes: Float64Array.from(sorted, (entry) => entry.size),
    crcs: Uint32Array.from(sorted, (entry) => entry.crc),
    ...about,
  };
}

/** The place of an id in the index, or -1. */
export function findInIndex(index: PackIndex, oid: Uint8Array): number {
  let low = 0;
  let high = index.offsets.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareAt(index.oids, middle * 20, oid);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function oidAt(index: PackIndex, place: number): string {
  return bytesToHex(index.oids.subarray(place * 20, place * 20 + 20));
}

function compareAt(oids: Uint8Array, at: number, oid: Uint8Array): number {
  for (let byte = 0; byte < 20; byte++) {
    const difference = (oids[at + byte] ?? 0) - (oid[byte] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The index as the `.idx` file Git keeps beside a pack (version 2). `packId` is the pack's checksum. */
export function encodeIdxFile(index: PackIndex, packId: string): Uint8Array<ArrayBuffer> {
  const count = index.offsets.length;
  const fanout = new Uint32Array(256);
  for (let place = 0; place < count; place++) {
    const first = index.oids[place * 20] ?? 0;
    fanout[first] = (fanout[first] ?? 0) + 1;
  }
  let total = 0;
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0x74, 0x4f, 0x63), uint32(2)];
  for (const number of fanout) parts.push(uint32((total += number)));
  parts.push(index.oids);
  for (const crc of index.crcs) parts.push(uint32(crc));
  const large: number[] = [];
  for (const offset of index.offsets) {
    if (offset < 0x80000000) parts.push(uint32(offset));
    else parts.push(uint32((0x80000000 + large.push(offset) - 1) >>> 0));
  }
  for (const offset of large) parts.push(uint32(Math.floor(offset / 2 ** 32)), uint32(offset >>> 0));
  parts.push(hexToBytes(packId));
  const body = concatBytes(parts);
  return concatBytes([body, sha1(body)]);
}
