import { nameInTheWay } from "../../src/domain/git/branch-name.ts";
import type { PushOp } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { ObjectReader } from "./object-reader.ts";
import { filesProblem } from "./openable-files.ts";
import { branchNameProblem, inTheWay } from "./ref-name.ts";
import { OID, parseBody, readRefs, refIdOf, refOf, type Refs } from "./refs.ts";
import { Repository } from "./repository.ts";

/**
 * What is wrong with changes of branches and packs; null when nothing is. A
 * branch names a commit that is here and whose files browsers can open, and a
 * pack one that was checked: so a clone is always whole. What an encrypted
 * space holds cannot be looked into.
 */
export async function checkGitOps(
  { database, blobs }: { database: Database; blobs: Blobs },
  { id: space, encrypted }: { id: string; encrypted: boolean },
  ops: readonly PushOp[],
): Promise<string | null> {
  if (encrypted) return null;
  const ofGit = ops.filter(({ id }) => /^(?:ref|pack)\./.test(id));
  if (ofGit.length === 0) return null;
  const objects = new ObjectReader(new Repository(database, blobs, space));
  const refs = await readRefs(database, space);
  for (const op of ofGit) {
    const problem = op.id.startsWith("pack.")
      ? await packProblem(op, { space, blobs })
      : await refProblem(objects, refs, op);
    if (problem !== null) return `${op.id}: ${problem}`;
  }
  return null;
}

/** Whether it is here is asked again when the push has the space's lock. */
async function packProblem(
  { id, class: how, body }: PushOp,
  { space, blobs }: { space: string; blobs: Blobs },
): Promise<string | null> {
  const name = id.slice("pack.".length);
  if (!OID.test(name)) return "That is no pack's name.";
  // Devices that do not have it yet would never get what is in it.
  if (how !== "add" || body === null) return "Packs are added. The server itself puts them together.";
  const { size, replaces } = parseBody(body) ?? {};
  if (Array.isArray(replaces) ? replaces.length > 0 : replaces !== undefined)
    return "A pack takes no other's place. The server itself puts them together.";
  const state = await blobs.state({ space, id: name });
  return state && state.size !== size ? `The pack has ${state.size} bytes.` : null;
}

async function refProblem(objects: ObjectReader, { names }: Refs, op: PushOp): Promise<string | null> {
  if (op.body === null) return null;
  const ref = refOf(parseBody(op.body) ?? {});
  if (ref === null) return "A branch is {name, oid}.";
  const { name, oid } = ref;
  const problem = branchNameProblem(name);
  if (problem !== null) return `${JSON.stringify(name)}: ${problem}.`;
  if (op.class !== "cas" || op.id !== refIdOf(name))
    return `The branch ${name} is a cas item ${refIdOf(name)}.`;
  const other = names.includes(name) ? null : nameInTheWay(name, names);
  if (other !== null) return `${JSON.stringify(name)}: ${inTheWay(other)}.`;
  const commit = await objects.commit(oid);
  if (!commit) return "The commit is not here.";
  const unopened = await filesProblem(objects, commit.tree);
  return unopened && `Browsers could not open its files. ${unopened}`;
}
