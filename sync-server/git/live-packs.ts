import { parseIdxFile } from "../../src/domain/git/idx-file.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { BlobSource } from "./byte-source.ts";

/** A pack that devices are told of. */
export interface LivePack {
  id: string;
  /** Bytes of the pack. */
  size: number;
}

/** The packs of a space that devices are told of and that can be read, the smallest first. */
export async function livePacks(database: Database, space: string): Promise<LivePack[]> {
  const items = await database.kysely
    .selectFrom("items")
    .select("id")
    .where("space_id", "=", space)
    .where("id", ">=", "pack.")
    .where("id", "<", "pack/")
    .where("body", "is not", null)
    .execute();
  const live = new Set(items.map(({ id }) => id.slice("pack.".length)));
  const blobs = await database.kysely
    .selectFrom("blobs")
    .select(["id", "size"])
    .where("space_id", "=", space)
    .where("whole", "=", 1)
    .execute();
  return blobs
    .filter(({ id }) => live.has(id))
    .map(({ id, size }) => ({ id, size: Number(size) }))
    .toSorted((a, b) => a.size - b.size || (a.id < b.id ? -1 : 1));
}

/** Ids of a pack's objects; null when its index is not there. */
export async function idsOfPack(blobs: Blobs, space: string, pack: string): Promise<string[] | null> {
  const name = { space, id: `${pack}.idx` };
  const state = await blobs.state(name);
  if (!state) return null;
  return parseIdxFile(await new BlobSource(blobs, name, state.size).read(0, state.size)).map(
    ({ oid }) => oid,
  );
}
