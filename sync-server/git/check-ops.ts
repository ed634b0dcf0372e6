import { nameInTheWay } from "../../src/domain/git/branch-name.ts";
import type { PushOp } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { ObjectReader } from "./object-reader.ts";
import { branchNameProblem, inTheWay } from "./ref-name.ts";
import { readRefs, refIdOf } from "./refs.ts";
import { Repository } from "./repository.ts";

const OID = /^[0-9a-f]{40}$/;

/**
 * What is wrong with changes of branches and packs; null when nothing is. A
 * branch names a commit that is here, and a pack one that was checked: so a
 * clone is always whole. What an encrypted space holds cannot be looked into.
 */
export async function checkGitOps(
  { database, blobs }: { database: Database; blobs: Blobs },
  { id: space, encrypted }: { id: string; encrypted: boolean },
  ops: readonly PushOp[],
): Promise<string | null> {
  if (encrypted) return null;
  const ofGit = ops.filter(({ id, body }) => body !== null && /^(?:ref|pack)\./.test(id));
  const objects = new ObjectReader(new Repository(database, blobs, space));
  if (ofGit.length === 0) return null;
  const { names } = await readRefs(database, space);
  for (const op of ofGit) {
    const { id } = op;
    const problem = id.startsWith("pack.")
      ? packProblem(id.slice("pack.".length))
      : await refProblem(objects, names, op);
    if (problem !== null) return `${id}: ${problem}`;
  }
  return null;
}

/** Whether it is here is asked when the push has the space's lock. */
function packProblem(name: string): string | null {
  return OID.test(name) ? null : "That is no pack's name.";
}

async function refProblem(
  objects: ObjectReader,
  names: readonly string[],
  op: PushOp,
): Promise<string | null> {
  const ref = refOf(op.body ?? "");
  if (ref === null) return "A branch is {name, oid}.";
  const { name, oid } = ref;
  const problem = branchNameProblem(name);
  if (problem !== null) return `${JSON.stringify(name)}: ${problem}.`;
  if (op.class !== "cas" || op.id !== refIdOf(name))
    return `The branch ${name} is a cas item ${refIdOf(name)}.`;
  const other = names.includes(name) ? null : nameInTheWay(name, names);
  if (other !== null) return `${JSON.stringify(name)}: ${inTheWay(other)}.`;
  return (await objects.commit(oid)) ? null : "The commit is not here.";
}

function refOf(body: string): { name: string; oid: string } | null {
  try {
    const { name, oid } = JSON.parse(body) as { name?: unknown; oid?: unknown };
    return typeof name === "string" && typeof oid === "string" && OID.test(oid) ? { name, oid } : null;
  } catch {
    return null;
  }
}
