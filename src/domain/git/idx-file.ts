import { bytesToHex } from "@noble/hashes/utils.js";

import { damagedPack } from "./pack-entry.ts";

/** What a `.idx` file says of a pack, by object. */
export interface IdxEntry {
  oid: string;
  offset: number;
  crc: number;
}

const HEADER = 8;
const FANOUT = 256 * 4;

/** Reads a `.idx` file (version 2), as Git and isomorphic-git write it. Errors: `bad-archive`. */
export function parseIdxFile(bytes: Uint8Array): IdxEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER + FANOUT + 40 || view.getUint32(0) !== 0xff744f63 || view.getUint32(4) !== 2)
    throw damagedPack();
  const count = view.getUint32(HEADER + FANOUT - 4);
  const oids = HEADER + FANOUT;
  const crcs = oids + count * 20;
  const offsets = crcs + count * 4;
  const large = offsets + count * 4;
  if (bytes.length < large + 40) throw damagedPack();
  return Array.from({ length: count }, (_, at) => {
    const short = view.getUint32(offsets + at * 4);
    // The highest bit says that the rest is a place in the table of eight-byte offsets.
    const offset = short < 0x80000000 ? short : Number(view.getBigUint64(large + (short - 0x80000000) * 8));
    const oid = bytesToHex(bytes.subarray(oids + at * 20, oids + at * 20 + 20));
    return { oid, offset, crc: view.getUint32(crcs + at * 4) };
  });
}
