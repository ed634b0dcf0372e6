import { createHash } from "node:crypto";
import type { Database } from "../db/database.ts";
import { branchNameProblem, HEADS } from "./ref-name.ts";

export interface Branch {
  name: string;
  oid: string;
  /** The number of its item now. */
  seq: number;
}

/** What a repository's names lead to. */
export interface Refs {
  /** In the order of Git: by the bytes of their names. */
  branches: Branch[];
  /** What HEAD points to; `oid` is null while there is no such branch. */
  head: { name: string; oid: string | null };
  /** The numbers of the items of branches, removed ones too, by their ids. */
  items: Map<string, number>;
  /** Names of all branches, also of those that are left out. */
  names: string[];
}

const DEFAULT_BRANCH = "main";
/** The name of an object, and of a pack. */
export const OID = /^[0-9a-f]{40}$/;

/** The id of a branch's item. */
export function refIdOf(name: string): string {
  return `ref.${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}

/** Reads a space's branches. What is no branch that Git would take is left out; so is `a/b` beside `a`. */
export async function readRefs(database: Database, space: string): Promise<Refs> {
  const rows = await database.kysely
    .selectFrom("items")
    .select(["id", "seq", "body"])
    .where("space_id", "=", space)
    .where((where) =>
      where.or([where("id", "=", "head"), where.and([where("id", ">=", "ref."), where("id", "<", "ref/")])]),
    )
    .execute();
  const branches: Branch[] = [];
  const items: Refs["items"] = new Map();
  let wanted: string | null = null;
  for (const { id, seq, body } of rows) {
    const value = body === null ? null : parseBody(Buffer.from(body).toString("utf8"));
    if (id === "head") {
      wanted = typeof value?.["branch"] === "string" ? value["branch"] : null;
      continue;
    }
    items.set(id, Number(seq));
    const branch = value && branchOf(value, Number(seq));
    // One name has one item, whatever a device wrote.
    if (branch && refIdOf(branch.name) === id) branches.push(branch);
  }
  const named = withoutClashes(branches).toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  return { branches: named, head: headOf(named, wanted), items, names: branches.map(({ name }) => name) };
}

/** Two browsers may have made both at once: the shorter name is seen. */
function withoutClashes(branches: readonly Branch[]): Branch[] {
  const names = new Set(branches.map(({ name }) => name));
  const isUnder = (name: string): boolean => {
    for (let end = name.indexOf("/"); end >= 0; end = name.indexOf("/", end + 1))
      if (names.has(name.slice(0, end))) return true;
    return false;
  };
  return branches.filter(({ name }) => !isUnder(name));
}

function headOf(branches: readonly Branch[], wanted: string | null): Refs["head"] {
  const [newest] = branches.toSorted((a, b) => b.seq - a.seq);
  const named = (name: string | null) => branches.find((branch) => branch.name === name);
  const branch = named(wanted) ?? named(DEFAULT_BRANCH) ?? newest;
  if (branch) return { name: branch.name, oid: branch.oid };
  const name = wanted !== null && branchNameProblem(wanted) === null ? wanted : DEFAULT_BRANCH;
  return { name, oid: null };
}

function branchOf(value: Record<string, unknown>, seq: number): Branch | null {
  const ref = refOf(value);
  return ref && branchNameProblem(ref.name) === null ? { ...ref, seq } : null;
}

/** What a branch's item says; null for what is none. */
export function refOf({ name, oid }: Record<string, unknown>): { name: string; oid: string } | null {
  return typeof name === "string" && typeof oid === "string" && OID.test(oid) ? { name, oid } : null;
}

/** An item's body; null when it is no JSON object. */
export function parseBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Each name that Git sees with what it leads to, HEAD first. */
export function listRefs({ branches, head }: Refs): { ref: string; oid: string }[] {
  const all = branches.map(({ name, oid }) => ({ ref: HEADS + name, oid }));
  return head.oid === null ? all : [{ ref: "HEAD", oid: head.oid }, ...all];
}
