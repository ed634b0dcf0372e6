import { damagedPack } from "../../src/domain/git/pack-entry.ts";
import type { ObjectType } from "../../src/domain/git/object-id.ts";
import { entryOid, forEachEntry, GITLINK_DIGITS } from "./tree-entries.ts";

/** What an object leads to. */
export interface Links {
  /** Trees, blobs, and what a tag names. */
  objects: string[];
  /** Commits that came before. */
  parents: string[];
}

const NONE: Links = { objects: [], parents: [] };

/** Reads what an object leads to. Errors: `bad-archive` for one that Git could not read either. */
export function linksOf(type: ObjectType, body: Buffer): Links {
  if (type === "blob") return NONE;
  if (type === "tree") return { objects: treeLinks(body), parents: [] };
  const head = body.toString("latin1", 0, Math.min(body.length, 64 * 1024)).split("\n\n", 1)[0] ?? "";
  const lines = head.split("\n");
  if (type === "tag") return { objects: idsOf(lines, "object"), parents: [] };
  const trees = idsOf(lines, "tree");
  if (trees.length !== 1) throw damagedPack();
  return { objects: trees, parents: idsOf(lines, "parent") };
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

function treeLinks(body: Buffer): string[] {
  const found: string[] = [];
  forEachEntry(body, (entry) => {
    // A submodule's commit is in another repository.
    if (entry.digits !== GITLINK_DIGITS) found.push(entryOid(body, entry));
  });
  return found;
}
