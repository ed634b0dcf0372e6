import { oidAt } from "../../domain/git/pack-index.ts";
import { PackWriter, type Pack } from "../../domain/git/pack-writer.ts";
import { EMPTY_BATCH, type Batch } from "../storage/database.ts";
import type { ObjectStore } from "./object-store.ts";

/** Packs up to this size are put together. Bytes. */
const SMALL = 1024 * 1024;
/** Fewer small packs are left alone. */
const MANY = 48;
/** Entries are copied this many at a time, so that others get their turn. */
const TURN = 512;

/**
 * Puts small packs together when they pile up: every snapshot makes one. Reads
 * beside everything else; only the exchange itself, one transaction, is `write`.
 */
export async function repack(store: ObjectStore, write: (batch: Batch) => Promise<void>): Promise<void> {
  const small = [...store.indexes].filter(
    ([, index]) => index.packSize <= SMALL && !index.stored && !index.deltas,
  );
  if (small.length < MANY) return;
  const made = new Map<string, Pack>();
  const seen = new Set<string>();
  let writer = new PackWriter();
  const close = (): void => {
    const pack = writer.finish();
    if (pack) made.set(pack.id, pack);
    writer = new PackWriter();
  };
  for (const [, index] of small) {
    for (let at = 0; at < index.offsets.length; at++) {
      const oid = oidAt(index, at);
      if (seen.has(oid)) continue;
      seen.add(oid);
      const { bytes } = await store.readRaw(oid);
      writer.addEntry(oid, index.sizes[at] ?? 0, [bytes]);
      if (seen.size % TURN === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    if (writer.size > 4 * SMALL) close();
  }
  close();
  const packs = [...made.values()];
  const removedPacks = small.map(([id]) => id).filter((id) => !made.has(id));
  await write({ ...EMPTY_BATCH, packs, removedPacks });
}
