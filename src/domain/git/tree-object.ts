import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

import { OkcvmError } from "../errors.ts";
import { compareNames, concatBytes } from "./bytes.ts";

/** What an entry of a Git tree is. `gitlink` names a commit of another repository (a submodule). */
export type TreeMode = "file" | "executable" | "symlink" | "tree" | "gitlink";

export interface TreeEntry {
  name: string;
  mode: TreeMode;
  oid: string;
}

const DIGITS: Record<TreeMode, string> = {
  file: "100644",
  executable: "100755",
  symlink: "120000",
  tree: "40000",
  gitlink: "160000",
};

/** The id of the tree without entries. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** A tree object's body. Entries may come in any order. */
export function encodeTree(entries: readonly TreeEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const entry of entries.toSorted((a, b) => compareNames(sortKey(a), sortKey(b)))) {
    parts.push(utf8ToBytes(`${DIGITS[entry.mode]} ${entry.name}\0`), hexToBytes(entry.oid));
  }
  return concatBytes(parts);
}

/** The order of a tree: a folder sorts as if its name ended in a slash. */
export function sortKey(entry: TreeEntry): string {
  return entry.mode === "tree" ? `${entry.name}/` : entry.name;
}

/** The entries of a tree object. Errors: `bad-archive` for what is none, or holds a name that is not UTF-8. */
export function parseTree(body: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > body.length) throw damaged();
    const digits = decoder.decode(body.subarray(at, space));
    let name: string;
    try {
      name = decoder.decode(body.subarray(space + 1, end));
    } catch (error) {
      throw new OkcvmError("bad-archive", "The repository has a file name that is not UTF-8.", error);
    }
    entries.push({ name, mode: modeOf(digits), oid: bytesToHex(body.subarray(end + 1, end + 21)) });
    at = end + 21;
  }
  return entries;
}

/** Old repositories hold other permission digits, which Git reads as one of its two. */
function modeOf(digits: string): TreeMode {
  const mode = Number.parseInt(digits, 8);
  switch (mode & 0o170000) {
    case 0o040000:
      return "tree";
    case 0o120000:
      return "symlink";
    case 0o160000:
      return "gitlink";
    case 0o100000:
      return mode & 0o100 ? "executable" : "file";
    default:
      throw damaged();
  }
}

function damaged(): OkcvmError {
  return new OkcvmError("bad-archive", "The repository has a damaged folder record.");
}
