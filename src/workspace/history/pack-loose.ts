import { EMPTY_BATCH, type Batch } from "../storage/database.ts";
import type { FileContent } from "../tree/file-content.ts";
import type { ObjectStore } from "./object-store.ts";
import { PackList } from "./pack-list.ts";

/** So many new contents a snapshot packs by itself, in a few milliseconds. */
const FEW = 256;
/** Read and packed between two turns of others. */
const MANY = 1_024;
/** A pack is closed at this size. Bytes. */
const PACK_SIZE = 1024 * 1024;

type Body = Uint8Array<ArrayBuffer> | Blob;

export interface LooseParts {
  /** The contents that wait for a snapshot and are in no pack. */
  waiting(): Promise<FileContent[]>;
  /** Their bodies; undefined for one whose file is gone by now. */
  read(contents: readonly FileContent[]): Promise<(Body | undefined)[]>;
  store: ObjectStore;
  write(batch: Batch): Promise<void>;
}

/**
 * Packs contents that wait for a snapshot until few are left. Between two packs
 * others may use the workspace. The packs are part of no snapshot yet; the
 * files still have their contents elsewhere, so a kill loses nothing.
 */
export async function packLoose(parts: LooseParts): Promise<void> {
  let before = Infinity;
  for (let waiting = await parts.waiting(); waiting.length > FEW; waiting = await parts.waiting()) {
    // What cannot be packed is the snapshot's to report; going on would never end.
    if (waiting.length >= before) return;
    before = waiting.length;
    for (let start = 0; start < waiting.length; start += MANY) {
      const some = waiting.slice(start, start + MANY);
      await packSome(parts, some, await parts.read(some));
    }
  }
}

async function packSome(
  { store, write }: LooseParts,
  contents: readonly FileContent[],
  bodies: readonly (Body | undefined)[],
): Promise<void> {
  const packs = new PackList(store, PACK_SIZE);
  const oids = new Map<FileContent, string>();
  for (const [index, content] of contents.entries()) {
    const body = bodies[index];
    if (body) oids.set(content, await packs.addBlob(body));
  }
  await write({ ...EMPTY_BATCH, packs: packs.finish() });
  for (const [content, oid] of oids) content.oid = oid;
}
