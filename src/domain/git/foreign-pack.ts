import { bytesToHex } from "@noble/hashes/utils.js";

import { parseIdxFile, type IdxEntry } from "./idx-file.ts";
import { damagedPack, deltaResultSize, inflateEntry, parseEntryHead } from "./pack-entry.ts";
import { buildIndex, type IndexEntry } from "./pack-index.ts";
import type { Pack } from "./pack-writer.ts";

/** Bytes of the checksum at a pack's end. */
const TRAILER = 20;

/** A pack made elsewhere, with its `.idx` file, as the object store keeps packs. Errors: `bad-archive`. */
export function foreignPack(data: Uint8Array<ArrayBuffer>, idx: Uint8Array): Pack {
  const listed = parseIdxFile(idx).toSorted((a, b) => a.offset - b.offset);
  let deltas = false;
  const entries = listed.map((entry, at): IndexEntry => {
    const end = listed[at + 1]?.offset ?? data.length - TRAILER;
    const { size, delta } = sizeOf(data, entry, end);
    deltas ||= delta;
    return { ...entry, length: end - entry.offset, size };
  });
  const id = bytesToHex(data.subarray(data.length - TRAILER));
  return { id, data, index: buildIndex(entries, { packSize: data.length, stored: false, deltas }) };
}

/** Bytes of an entry's object; for a delta, of what it makes. */
function sizeOf(data: Uint8Array, entry: IdxEntry, end: number): { size: number; delta: boolean } {
  if (end <= entry.offset) throw damagedPack();
  const head = parseEntryHead(data.subarray(entry.offset, end));
  if (head.kind !== "offset-delta" && head.kind !== "reference-delta")
    return { size: head.size, delta: false };
  const delta = inflateEntry(data.subarray(entry.offset + head.length, end), head.size);
  return { size: deltaResultSize(delta), delta: true };
}
