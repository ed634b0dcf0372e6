import { isUtf8 } from "node:buffer";
import { OkcvmError } from "../../src/domain/errors.ts";
import { asOnHfs, leadsIntoGit, MAX_NAME_BYTES } from "../../src/domain/paths.ts";
import { forEachEntry, type EntryPlace } from "./tree-entries.ts";

/** The most bytes one file may have. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

const FOLDER = 0o040000;
const LINK = 0o120000;
/** A file, one that can be run, one that a group may write (of old), a link, a folder, a submodule. */
const MODES = new Set([0o100644, 0o100755, 0o100664, LINK, FOLDER, 0o160000]);

/** The most bytes of one folder's entries: some hundred thousand of them. */
const MAX_TREE_BYTES = 16 * 1024 * 1024;

/** What an entry may be for browsers, which read old permission digits as Git does: by these bits. */
const KIND_BITS = 0o170000;
const KINDS = new Set([FOLDER, LINK, 0o100000, 0o160000]);

/** Refuses a tree that browsers cannot read. Errors: `bad-archive`, `too-large`. */
export function checkReadable(body: Buffer): void {
  checkSize(body);
  forEachEntry(body, (place) => {
    if (!KINDS.has(modeOf(place) & KIND_BITS)) throw unsafe("has an entry of a kind that Git does not know");
    if (!isUtf8(body.subarray(place.name, place.end))) throw unsafe(NOT_TEXT);
  });
}

/** Goes through a tree that browsers are to have as files. Errors: `bad-archive` for one that they cannot, `too-large`. */
export function forEachFile(body: Buffer, take: (entry: EntryPlace, isFolder: boolean) => void): void {
  checkSize(body);
  const names = new Set<string>();
  forEachEntry(body, (place) => {
    const name = body.subarray(place.name, place.end);
    const problem = nameProblem(name);
    if (problem !== null) throw unsafe(problem);
    once(name, names);
    take(place, (modeOf(place) & KIND_BITS) === FOLDER);
  });
}

/** Refuses a tree that could do harm where it is checked out, or that a browser could not. Errors: `bad-archive`. Source: Git's fsck. */
export function checkTree(body: Buffer): void {
  checkSize(body);
  const names = new Set<string>();
  let before: { name: Buffer; isFolder: boolean } | null = null;
  forEachEntry(body, (place) => {
    const mode = modeOf(place);
    const name = body.subarray(place.name, place.end);
    const problem = modeProblem(mode) ?? nameProblem(name) ?? linkProblem(name, mode);
    if (problem !== null) throw unsafe(problem);
    once(name, names);
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

function nameProblem(bytes: Buffer): string | null {
  if (bytes.length === 0) return "has an entry without a name";
  if (bytes.includes(0x2f)) return "has a name with a slash in it";
  // A browser's files have names of text.
  if (!isUtf8(bytes)) return NOT_TEXT;
  if (bytes.length > MAX_NAME_BYTES) return `has a name of more than ${MAX_NAME_BYTES} bytes`;
  const name = bytes.toString("utf8");
  if (name === "." || name === "..") return `has an entry named "${name}"`;
  if (leadsIntoGit(name)) return `has an entry that some systems take for ".git"`;
  return null;
}

function linkProblem(name: Buffer, mode: number): string | null {
  const isModules = mode === LINK && asOnHfs(name.toString("utf8")) === ".gitmodules";
  return isModules ? `has a link named ".gitmodules"` : null;
}

const NOT_TEXT = "has a name that is not UTF-8";

/** NaN for what is none. */
function modeOf({ digits }: EntryPlace): number {
  return /^[0-7]{5,6}$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function once(name: Buffer, names: Set<string>): void {
  const text = name.toString("latin1");
  if (names.has(text)) throw unsafe("names one entry twice");
  names.add(text);
}

function checkSize({ length }: Buffer): void {
  if (length > MAX_TREE_BYTES)
    throw new OkcvmError("too-large", "A folder of the repository has too many entries.");
}

/** The order of a tree: a folder sorts as if its name ended in a slash. */
function order(a: { name: Buffer; isFolder: boolean }, b: { name: Buffer; isFolder: boolean }): number {
  const key = ({ name, isFolder }: { name: Buffer; isFolder: boolean }): Buffer =>
    isFolder ? Buffer.concat([name, Buffer.from("/")]) : name;
  return Buffer.compare(key(a), key(b));
}
