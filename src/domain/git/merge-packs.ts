import { parseIdxFile } from "./idx-file.ts";
import { damagedPack, parseEntryHead } from "./pack-entry.ts";
import { PackWriter, type Pack } from "./pack-writer.ts";

/** Bytes of the checksum at a pack's end. */
const CHECKSUM = 20;

/**
 * Puts packs without deltas into one, each object once, as their entries stand.
 * `index` is a `.idx` file. The same packs in the same order give the same pack;
 * null for none. Errors: `bad-archive` for a pack that is damaged or has deltas.
 */
export function mergePacks(
  packs: readonly { pack: Uint8Array; index: Uint8Array }[],
): (Pack & { data: Uint8Array<ArrayBuffer> }) | null {
  const writer = new PackWriter();
  for (const { pack, index } of packs) {
    const entries = parseIdxFile(index).toSorted((a, b) => a.offset - b.offset);
    for (const [at, { oid, offset }] of entries.entries()) {
      if (writer.has(oid)) continue;
      const bytes = pack.subarray(offset, entries[at + 1]?.offset ?? pack.length - CHECKSUM);
      const head = parseEntryHead(bytes);
      if (head.kind === "offset-delta" || head.kind === "reference-delta") throw damagedPack();
      writer.addEntry(oid, head.size, [bytes]);
    }
  }
  return writer.finish();
}
