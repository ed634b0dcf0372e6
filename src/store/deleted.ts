import { rowsOf, type AppDatabase } from "./database.ts";

/** A conversation that is not deleted. */
export const THERE = { deletedAt: null, deletedSeen: null, deletedFiles: null };

/** Newest commits of the branches the server is known to have. */
export async function knownCommits(db: AppDatabase, space: string): Promise<string[]> {
  return (await refsOf(db, space)).flatMap(({ oid }) => (oid === null ? [] : [oid]));
}

/** The branches it is known to have. */
export function refsOf({ remoteRefs }: AppDatabase, space: string) {
  return remoteRefs
    .where("[space+hash]")
    .between(...rowsOf(space))
    .toArray();
}
