import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { zlibSync } from "fflate";

import { concatBytes, uint32 } from "../../domain/git/bytes.ts";
import { adler32, crc32 } from "../../domain/git/checksums.ts";
import { startObjectId } from "../../domain/git/object-id.ts";
import { encodeEntryHead } from "../../domain/git/pack-entry.ts";
import { buildIndex } from "../../domain/git/pack-index.ts";
import { packHead, type Pack } from "../../domain/git/pack-writer.ts";

/** The most a stored block of a deflate stream holds (RFC 1951). Bytes. */
const BLOCK = 65_535;
/** Read at once; whole blocks. Bytes. */
const CHUNK = BLOCK * 64;
const SAMPLE = 256 * 1024;
/** Not worth the time below this gain. */
const WORTH = 0.9;

/**
 * A pack of one large blob, made piece by piece so that the blob is never in
 * memory as a whole. What compression would hardly shrink (pictures, films,
 * archives) is stored as it is: its pack is then made of slices of the blob
 * itself, and so are the Blobs read from it later.
 */
export async function packLargeBlob(blob: Blob): Promise<{ oid: string; pack: Pack & { data: Blob } }> {
  const sample = new Uint8Array(await blob.slice(0, SAMPLE).arrayBuffer());
  const stored = zlibSync(sample, { level: 1 }).length > sample.length * WORTH;
  const oidHash = startObjectId("blob", blob.size);
  const entry = new EntryParts(encodeEntryHead("blob", blob.size));
  await (stored ? storeBlocks(blob, oidHash, entry) : deflate(blob, oidHash, entry));
  const oid = bytesToHex(oidHash.digest());
  const checksum = entry.packHash.digest();
  const data = new Blob([packHead(1), ...entry.parts, checksum as Uint8Array<ArrayBuffer>]);
  const index = buildIndex([{ oid, offset: 12, length: entry.length, size: blob.size, crc: entry.crc }], {
    packSize: data.size,
    stored,
    deltas: false,
  });
  return { oid, pack: { id: bytesToHex(checksum), data, index } };
}

/** The id of a blob, read piece by piece. */
export async function blobId(blob: Blob): Promise<string> {
  const hash = startObjectId("blob", blob.size);
  for (let start = 0; start < blob.size; start += CHUNK) {
    hash.update(new Uint8Array(await blob.slice(start, start + CHUNK).arrayBuffer()));
  }
  return bytesToHex(hash.digest());
}

/** A Blob of the content of a stored entry, made of slices of the pack. `data` begins at the zlib stream. */
export function sliceStored(data: Blob, size: number): Blob {
  const parts: Blob[] = [];
  let at = 2;
  for (let left = size; left > 0; left -= BLOCK) {
    const length = Math.min(left, BLOCK);
    parts.push(data.slice(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return new Blob(parts);
}

type Hash = ReturnType<typeof sha1.create>;

/** The parts of a pack's only entry, with what is computed over them. */
class EntryParts {
  readonly parts: BlobPart[] = [];
  readonly packHash = sha1.create().update(packHead(1));
  crc = 0;
  length = 0;

  constructor(head: Uint8Array<ArrayBuffer>) {
    this.add(head);
  }

  /** `kept` is what goes into the pack for these bytes, when it is not the bytes themselves. */
  add(bytes: Uint8Array<ArrayBuffer>, kept: BlobPart = bytes): void {
    this.packHash.update(bytes);
    this.crc = crc32(bytes, this.crc);
    this.length += bytes.length;
    this.parts.push(kept);
  }
}

async function storeBlocks(blob: Blob, oidHash: Hash, entry: EntryParts): Promise<void> {
  entry.add(Uint8Array.of(0x78, 0x01));
  let adler = 1;
  for (let start = 0; start < blob.size; start += CHUNK) {
    const chunk = new Uint8Array(await blob.slice(start, start + CHUNK).arrayBuffer());
    oidHash.update(chunk);
    adler = adler32(chunk, adler);
    for (let at = 0; at < chunk.length; at += BLOCK) {
      const block = chunk.subarray(at, at + BLOCK);
      const last = start + at + block.length === blob.size;
      entry.add(blockHead(block.length, last));
      entry.add(block, blob.slice(start + at, start + at + block.length));
    }
  }
  entry.add(uint32(adler));
}

function blockHead(length: number, last: boolean): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(last ? 1 : 0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff);
}

async function deflate(blob: Blob, oidHash: Hash, entry: EntryParts): Promise<void> {
  const compression = new CompressionStream("deflate");
  const writer = compression.writable.getWriter();
  const feed = async (): Promise<void> => {
    for (let start = 0; start < blob.size; start += CHUNK) {
      const chunk = new Uint8Array(await blob.slice(start, start + CHUNK).arrayBuffer());
      oidHash.update(chunk);
      await writer.write(chunk);
    }
    await writer.close();
  };
  const feeding = feed();
  // What cannot be read must end the reader below too.
  feeding.catch((error: unknown) => writer.abort(error));
  let gathered: Uint8Array[] = [];
  let size = 0;
  const spill = (): void => {
    const bytes = concatBytes(gathered);
    // A Blob may leave the memory; an array would stay in it.
    entry.add(bytes, new Blob([bytes]));
    gathered = [];
    size = 0;
  };
  const reader = compression.readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    gathered.push(next.value);
    size += next.value.length;
    if (size >= CHUNK) spill();
  }
  spill();
  await feeding;
}
