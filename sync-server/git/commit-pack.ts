import type { ObjectType } from "../../src/domain/git/object-id.ts";
import { encodeIdxFile, type PackIndex } from "../../src/domain/git/pack-index.ts";
import { EMPTY_TREE } from "../../src/domain/git/tree-object.ts";
import { BLOB_PART_BYTES } from "../../src/domain/sync-protocol.ts";
import type { Blobs } from "../repos/blobs.ts";
import { BlobSource } from "./byte-source.ts";
import { indexPack, mistaken, type IndexedPack, type ObjectRules } from "./index-pack.ts";
import { MAX_OBJECT_BYTES } from "./pack-reader.ts";
import type { Repository } from "./repository.ts";
import { checkReadable } from "./safe-objects.ts";

/** An uploaded pack that is to be the repository's. */
export interface UploadedPack {
  space: string;
  /** Its checksum. */
  id: string;
  size: number;
  /** Commits that came before and are nowhere, as after a shallow clone. */
  absent: ReadonlySet<string>;
}

/** A folder that browsers cannot read would keep all that comes after it from them. */
const READABLE: ObjectRules = {
  maxBytes: MAX_OBJECT_BYTES,
  check(type, body) {
    if (type === "tree") checkReadable(body);
  },
};

/** What is wrong with a pack, in words; null when it was taken. */
export type PackProblem = string | null;

/**
 * Checks an uploaded pack and lets it be read: its checksum, each object, and
 * that everything it leads to is in it or in the repository. So all that a
 * branch leads to is always there. Errors: `bad-archive`.
 */
export async function commitPack(
  { blobs, repository, maxBytes }: { blobs: Blobs; repository: Repository; maxBytes: number },
  pack: UploadedPack,
): Promise<PackProblem> {
  const name = { space: pack.space, id: pack.id };
  const indexed = await indexPack(new BlobSource(blobs, name, pack.size), async () => null, READABLE);
  if (indexed.checksum !== pack.id) return "The pack's name is not its checksum.";
  const lacking = await lackingOf(indexed, repository, pack.absent);
  if (lacking > 0) return `The pack leads to ${lacking} objects that are neither in it nor here.`;
  if (!(await storeIndex(blobs, { ...name, maxBytes }, indexed.index))) return NO_ROOM;
  await blobs.finish(name);
  return null;
}

export const NO_ROOM = "There is no room left for it.";

/** How many objects that a pack leads to are nowhere. Errors: `bad-archive` when one that is here is not what the pack takes it for. */
export async function lackingOf(
  { missing: { objects, parents } }: IndexedPack,
  repository: Repository,
  absent: ReadonlySet<string>,
): Promise<number> {
  const types = new Map<string, ObjectType>([
    ...objects,
    ...[...parents].map((oid) => [oid, "commit"] as const),
  ]);
  const found = await repository.types([...types.keys()]);
  let lacking = 0;
  for (const [oid, type] of types) {
    const is = found.get(oid);
    if (is !== undefined && is !== type) throw mistaken(oid);
    // A history may be cut off, but what a commit holds has to be there.
    const isCutOff = absent.has(oid) && !objects.has(oid);
    if (is === undefined && oid !== EMPTY_TREE && !isCutOff) lacking += 1;
  }
  return lacking;
}

/** Keeps a pack's index beside it. Answers whether there was room. */
export async function storeIndex(
  blobs: Blobs,
  { space, id, maxBytes }: { space: string; id: string; maxBytes: number },
  index: PackIndex,
): Promise<boolean> {
  const name = { space, id: `${id}.idx` };
  if ((await blobs.state(name))?.whole) return true;
  const bytes = encodeIdxFile(index, id);
  for (let n = 0; n * BLOB_PART_BYTES < bytes.length; n += 1) {
    const part = bytes.subarray(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES);
    if (!(await blobs.put(name, n, part, maxBytes))) return false;
  }
  await blobs.finish(name);
  return true;
}
