import { OkcvmError } from "../../src/domain/errors.ts";
import {
  buildIndex,
  findInIndex,
  oidAt,
  type IndexEntry,
  type PackIndex,
} from "../../src/domain/git/pack-index.ts";
import { crc32 } from "node:zlib";
import type { BodyReader } from "./body-reader.ts";
import { lackingOf } from "./commit-pack.ts";
import type { IncomingPack } from "./incoming-pack.ts";
import { indexPack, type IndexedPack } from "./index-pack.ts";
import { commitFacts, type CommitFacts, type ObjectReader } from "./object-reader.ts";
import { PACK_TRAILER } from "./pack-reader.ts";
import { wholeEntry } from "./pack-stream.ts";
import type { Place, Places, Repository } from "./repository.ts";
import { checkTree, MAX_FILE_BYTES } from "./safe-objects.ts";

/** A pack that came in, checked and made whole. */
export interface TakenPack {
  id: string;
  pack: IncomingPack;
  index: PackIndex;
  commits: Map<string, CommitFacts>;
}

/** Reads a pack as it arrives; null for one without objects, or none at all. Errors: `storage-full`, `too-large`. */
export async function readPack(body: BodyReader, pack: IncomingPack): Promise<IncomingPack | null> {
  for (let bytes = await body.next(); bytes !== null; bytes = await body.next()) await pack.take(bytes);
  if (pack.size === 0) return null;
  const head = await pack.read(0, HEAD);
  return head.length === HEAD && head.readUInt32BE(COUNT_AT) === 0 ? null : pack;
}

const HEAD = 12;
const COUNT_AT = 8;

/**
 * Checks a pack: its checksum, each of its objects, and that all they lead to
 * is in it or here. What its deltas build on is put into it, so that it can
 * be read by itself. Errors: `bad-archive`, `too-large`, `storage-full`.
 */
export async function takePack(
  pack: IncomingPack,
  repository: Repository,
  objects: ObjectReader,
): Promise<TakenPack> {
  const commits = new Map<string, CommitFacts>();
  const indexed = await indexPack(pack, (oid) => objects.read(oid), {
    maxBytes: MAX_FILE_BYTES,
    check(type, body, oid) {
      if (type === "tree") checkTree(body);
      if (type === "commit") commits.set(oid, commitFacts(body));
    },
  });
  const lacking = await lackingOf(indexed, repository, new Set());
  if (lacking > 0)
    throw new OkcvmError(
      "bad-archive",
      `The push leads to ${lacking} objects that are neither in it nor here. A shallow clone has to fetch with --unshallow first.`,
    );
  const bases = [...indexed.bases].filter((oid) => findInIndex(indexed.index, Buffer.from(oid, "hex")) < 0);
  if (bases.length === 0) return { id: indexed.checksum, pack, index: indexed.index, commits };
  return { ...(await complete(pack, indexed, { bases, objects })), pack, commits };
}

/** The objects of a repository with those of a pack that is not kept yet. */
export function withPack(repository: Places, { pack, index }: TakenPack): Places {
  const place = async (oid: string): Promise<Place | null> => {
    const at = findInIndex(index, Buffer.from(oid, "hex"));
    if (at < 0) return repository.place(oid);
    return { source: pack, offset: index.offsets[at] ?? 0, length: index.lengths[at] ?? 0 };
  };
  return { place, has: async (oid) => (await place(oid)) !== null };
}

/** Puts what the deltas build on at the end. */
async function complete(
  pack: IncomingPack,
  { index }: IndexedPack,
  { bases, objects }: { bases: readonly string[]; objects: ObjectReader },
): Promise<{ id: string; index: PackIndex }> {
  const entries = entriesOf(index);
  let offset = pack.size - PACK_TRAILER;
  async function* more(): AsyncGenerator<Buffer> {
    for (const oid of bases) {
      const object = await objects.read(oid);
      if (!object) throw new Error("What a delta builds on is gone.");
      const entry = { oid, offset, length: 0, size: object.body.length, crc: 0 };
      for await (const bytes of wholeEntry(object)) {
        entry.length += bytes.length;
        entry.crc = crc32(bytes, entry.crc);
        yield bytes;
      }
      entries.push(entry);
      offset += entry.length;
    }
  }
  const id = await pack.extend(entries.length + bases.length, more());
  return { id, index: buildIndex(entries, { packSize: pack.size, stored: false, deltas: true }) };
}

function entriesOf(index: PackIndex): IndexEntry[] {
  return Array.from(index.offsets, (offset, at) => ({
    oid: oidAt(index, at),
    offset,
    length: index.lengths[at] ?? 0,
    size: index.sizes[at] ?? 0,
    crc: index.crcs[at] ?? 0,
  }));
}
