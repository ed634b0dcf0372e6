import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a ZIP made by hand, so that it can lie. */
export interface HandMadeEntry {
  name: string;
  data?: Uint8Array;
  /** What the ZIP says of it, when it is not the truth. */
  claims?: { size?: number; crc?: number; offset?: number };
  /** 3 for Unix, 0 for DOS. */
  madeOn?: number;
  /** Unix mode, with its kind bits. */
  mode?: number;
  /** Bit 0 is encryption, bit 11 UTF-8 names. */
  flags?: number;
}

/** A ZIP of these entries, deflated. Layout: PKWARE's APPNOTE. */
export function handMadeZip(entries: readonly HandMadeEntry[]): Blob {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = entry.data ?? new Uint8Array();
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x6000, 6);
    common.writeUInt16LE(0x5b21, 8);
    common.writeUInt32LE(entry.claims?.crc ?? crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.claims?.size ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((((entry.mode ?? 0o100644) << 16) >>> 0) as number, 6);
    tail.writeUInt32LE(entry.claims?.offset ?? offset, 10);
    const made = Buffer.from([20, entry.madeOn ?? 3]);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), made, common, tail, name]));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Blob([...parts, index, end] as BlobPart[]);
}
