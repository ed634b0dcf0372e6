import { isUtf8 } from "node:buffer";
import { OkcvmError } from "../../src/domain/errors.ts";
import { asOnHfs, leadsIntoGit, MAX_NAME_BYTES } from "../../src/domain/paths.ts";
import { forEachEntry } from "./tree-entries.ts";

/** The most bytes one file may have. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

const FOLDER = 0o040000;
const LINK = 0o120000;
/** A file, one that can be run, one that a group may write (of old), a link, a folder, a submodule. */
const MODES = new Set([0o100644, 0o100755, 0o100664, LINK, FOLDER, 0o160000]);

/** Refuses a tree that could do harm where it is checked out, or that a browser could not. Errors: `bad-archive`. Source: Git's fsck. */
export function checkTree(body: Buffer): void {
  const names = new Set<string>();
  let before: { name: Buffer; isFolder: boolean } | null = null;
  forEachEntry(body, (place) => {
    const { digits } = place;
    const mode = /^[0-7]{5,6}$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
    const name = body.subarray(place.name, place.end);
    const problem = modeProblem(mode) ?? nameProblem(name, mode);
    if (problem !== null) throw unsafe(problem);
    const text = name.toString("latin1");
    if (names.has(text)) throw unsafe("names one entry twice");
    names.add(text);
    const entry = { name, isFolder: mode === FOLDER };
    if (before && order(before, entry) >= 0) throw unsafe("is not in order");
    before = entry;
  });
}

function unsafe(what: string): OkcvmError {
  return new OkcvmError("bad-archive", `A folder of the repository ${what}.`);
}

function modeProblem(mode: number): string | null {
  return MODES.has(mode) ? null : "has an entry of a kind that Git does not know";
}

function nameProblem(bytes: Buffer, mode: number): string | null {
  if (bytes.length === 0) return "has an entry without a name";
  if (bytes.includes(0x2f)) return "has a name with a slash in it";
  // A browser's files have names of text.
  if (!isUtf8(bytes)) return "has a name that is not UTF-8";
  if (bytes.length > MAX_NAME_BYTES) return `has a name of more than ${MAX_NAME_BYTES} bytes`;
  const name = bytes.toString("utf8");
  if (name === "." || name === "..") return `has an entry named "${name}"`;
  if (leadsIntoGit(name)) return `has an entry that some systems take for ".git"`;
  if (mode === LINK && asOnHfs(name) === ".gitmodules") return `has a link named ".gitmodules"`;
  return null;
}

/** The order of a tree: a folder sorts as if its name ended in a slash. */
function order(a: { name: Buffer; isFolder: boolean }, b: { name: Buffer; isFolder: boolean }): number {
  const key = ({ name, isFolder }: { name: Buffer; isFolder: boolean }): Buffer =>
    isFolder ? Buffer.concat([name, Buffer.from("/")]) : name;
  return Buffer.compare(key(a), key(b));
}
