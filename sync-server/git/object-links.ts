import { damagedPack } from "../../src/domain/git/pack-entry.ts";
import type { ObjectType } from "../../src/domain/git/object-id.ts";
import { entryOid, FOLDER_DIGITS, forEachEntry, GITLINK_DIGITS } from "./tree-entries.ts";

/** An object that another leads to, and what that takes it for. */
export interface Link {
  oid: string;
  type: ObjectType;
}

/** What an object leads to. */
export interface Links {
  /** Trees, blobs, and what a tag names. */
  objects: Link[];
  /** Commits that came before. */
  parents: string[];
}

const NONE: Links = { objects: [], parents: [] };
const TYPES: readonly ObjectType[] = ["commit", "tree", "blob", "tag"];

/** Reads what an object leads to. Errors: `bad-archive` for one that Git could not read either. */
export function linksOf(type: ObjectType, body: Buffer): Links {
  if (type === "blob") return NONE;
  if (type === "tree") return { objects: treeLinks(body), parents: [] };
  const head = body.toString("latin1", 0, Math.min(body.length, 64 * 1024)).split("\n\n", 1)[0] ?? "";
  const lines = head.split("\n");
  if (type === "tag") return { objects: tagLinks(lines), parents: [] };
  const [tree, ...others] = idsOf(lines, "tree");
  if (tree === undefined || others.length > 0) throw damagedPack();
  return { objects: [{ oid: tree, type: "tree" }], parents: idsOf(lines, "parent") };
}

function idsOf(lines: readonly string[], name: string): string[] {
  return lines
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => {
      const id = line.slice(name.length + 1);
      if (!/^[0-9a-f]{40}$/.test(id)) throw damagedPack();
      return id;
    });
}

function tagLinks(lines: readonly string[]): Link[] {
  const named = lines.find((line) => line.startsWith("type "))?.slice("type ".length);
  const type = TYPES.find((one) => one === named);
  if (type === undefined) throw damagedPack();
  return idsOf(lines, "object").map((oid) => ({ oid, type }));
}

function treeLinks(body: Buffer): Link[] {
  const found: Link[] = [];
  forEachEntry(body, (entry) => {
    const digits = entry.digits.replace(/^0+/, "");
    // A submodule's commit is in another repository.
    if (digits === GITLINK_DIGITS) return;
    found.push({ oid: entryOid(body, entry), type: digits === FOLDER_DIGITS ? "tree" : "blob" });
  });
  return found;
}
