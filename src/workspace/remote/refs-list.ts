import type { ServerRef } from "isomorphic-git";
import { OkcvmError } from "../../domain/errors.ts";

const HEADS = "refs/heads/";
/** Where a repository without a usable HEAD most likely has its work. */
const USUAL = ["main", "master"];

/**
 * The branch to take: the one asked for, else the one HEAD names, else the most
 * likely one: HEAD of a bare repository may name a branch nobody ever pushed.
 * Errors: `not-found`, with the branches there are.
 */
export function chooseBranch(refs: readonly ServerRef[], asked: string | undefined, host: string): string {
  const branches = refs.filter(({ ref }) => ref.startsWith(HEADS)).map(({ ref }) => ref.slice(HEADS.length));
  if (branches.length === 0) {
    throw new OkcvmError("not-found", `The repository at ${host} is empty: there is nothing to import yet.`);
  }
  if (asked !== undefined) {
    if (branches.includes(asked)) return asked;
    const some = branches.slice(0, 10).join(", ") + (branches.length > 10 ? ", …" : "");
    throw new OkcvmError("not-found", `The repository has no branch ${asked}. It has: ${some}.`);
  }
  return headBranch(refs) ?? USUAL.find((name) => branches.includes(name)) ?? branches.toSorted()[0] ?? "";
}

function headBranch(refs: readonly ServerRef[]): string | undefined {
  const head = refs.find(({ ref }) => ref === "HEAD");
  const named = head?.target;
  // Some hosts do not say which branch HEAD is; then it is one at the same commit.
  const same = refs.find(({ ref, oid }) => ref.startsWith(HEADS) && oid === head?.oid)?.ref;
  return (named ?? same)?.slice(HEADS.length);
}

/**
 * The host's list of refs (protocol version 1) with a HEAD that names a branch.
 * isomorphic-git fetches nothing from a repository whose list has none.
 */
export function withHead(list: Uint8Array, branch: string): Uint8Array {
  const [start, length] = firstRef(list);
  const line = new TextDecoder().decode(list.subarray(start + 4, start + length)).replace(/\n$/, "");
  const longer = new TextEncoder().encode(`${line} symref=HEAD:${HEADS}${branch}\n`);
  const size = new TextEncoder().encode((longer.length + 4).toString(16).padStart(4, "0"));
  const edited = new Uint8Array(list.length - length + size.length + longer.length);
  edited.set(list.subarray(0, start));
  edited.set(size, start);
  edited.set(longer, start + size.length);
  edited.set(list.subarray(start + length), start + size.length + longer.length);
  return edited;
}

/** Where the line with the first ref and the capabilities is: after the service's name and a flush. */
function firstRef(list: Uint8Array): [start: number, length: number] {
  let at = lengthAt(list, 0);
  while (lengthAt(list, at) === 0) at += 4;
  return [at, lengthAt(list, at)];
}

function lengthAt(list: Uint8Array, at: number): number {
  return Number.parseInt(String.fromCharCode(...list.subarray(at, at + 4)), 16);
}
