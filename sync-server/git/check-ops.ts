import type { PushOp } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { Repository } from "./repository.ts";

const OID = /^[0-9a-f]{40}$/;

/**
 * What is wrong with changes of branches and packs; null when nothing is. A
 * branch names a commit that is here, and a pack one that was checked: so a
 * clone is always whole. What an encrypted space holds cannot be looked into.
 */
export async function checkGitOps(
  { database, blobs }: { database: Database; blobs: Blobs },
  space: string,
  ops: readonly PushOp[],
): Promise<string | null> {
  const ofGit = ops.filter(({ id, body }) => body !== null && /^(?:ref|pack)\./.test(id));
  if (ofGit.length === 0 || (await isEncrypted(database, space))) return null;
  const repository = new Repository(database, blobs, space);
  for (const { id, body } of ofGit) {
    const problem = id.startsWith("pack.")
      ? await packProblem(blobs, { space, id: id.slice("pack.".length) })
      : await refProblem(repository, body ?? "");
    if (problem !== null) return `${id}: ${problem}`;
  }
  return null;
}

async function packProblem(blobs: Blobs, name: { space: string; id: string }): Promise<string | null> {
  if (!OID.test(name.id)) return "That is no pack's name.";
  return (await blobs.state(name))?.whole ? null : "The pack is not here.";
}

async function refProblem(repository: Repository, body: string): Promise<string | null> {
  const oid = oidOf(body);
  if (oid === null) return "A branch is {name, oid}.";
  return (await repository.read(oid))?.type === "commit" ? null : "The commit is not here.";
}

function oidOf(body: string): string | null {
  try {
    const { name, oid } = JSON.parse(body) as { name?: unknown; oid?: unknown };
    return typeof name === "string" && typeof oid === "string" && OID.test(oid) ? oid : null;
  } catch {
    return null;
  }
}

async function isEncrypted(database: Database, space: string): Promise<boolean> {
  const row = await database.kysely
    .selectFrom("spaces")
    .select("encrypted")
    .where("id", "=", space)
    .executeTakeFirst();
  return Number(row?.encrypted) === 1;
}
