import { OkcvmError } from "../../src/domain/errors.ts";
import { EMPTY_TREE } from "../../src/domain/git/tree-object.ts";
import { MAX_PATH_BYTES } from "../../src/domain/paths.ts";
import { breathe } from "./breathe.ts";
import type { ObjectReader } from "./object-reader.ts";
import { forEachFile } from "./safe-objects.ts";
import { entryOid } from "./tree-entries.ts";

/** The most files and folders of a commit. A folder that names another ten times, which names another …: a few kilobytes can be more than there are. */
const MAX_FILES = 200_000;
/** Each level takes a byte of a path, and a slash. */
const MAX_DEPTH = MAX_PATH_BYTES / 2;

/** What is below a folder. */
interface Extent {
  files: number;
  /** Bytes of the longest path, from the folder on. */
  longest: number;
}

const NOTHING: Extent = { files: 0, longest: 0 };

/** A tree's id says what is in it, and all it leads to is always here: what was found of one is so in every space. */
const MAX_KNOWN = 200_000;
const known = new Map<string, Extent>();

/**
 * What keeps browsers from opening the files of a commit's tree, in words;
 * null for nothing. One of them would be enough to keep everyone's later work
 * from coming in. Each tree is read once in a server's life, as long as there
 * is room to remember it.
 */
export async function filesProblem(
  objects: Pick<ObjectReader, "read">,
  tree: string,
): Promise<string | null> {
  try {
    const { longest } = await extentOf(objects, tree, 0);
    return longest > MAX_PATH_BYTES ? tooLong().message : null;
  } catch (error) {
    if (error instanceof OkcvmError) return error.message;
    throw error;
  }
}

/** Errors: `bad-path`, `bad-archive`, `too-large`. */
async function extentOf(objects: Pick<ObjectReader, "read">, tree: string, depth: number): Promise<Extent> {
  if (tree === EMPTY_TREE) return NOTHING;
  const before = known.get(tree);
  if (before) return remember(tree, before);
  if (depth > MAX_DEPTH) throw tooLong();
  await breathe();
  const { files, folders, longest } = await entriesOf(objects, tree);
  const found = { files, longest };
  for (const { oid, nameBytes } of folders) {
    const below = await extentOf(objects, oid, depth + 1);
    found.files += below.files;
    if (found.files > MAX_FILES) throw new OkcvmError("too-large", `It holds more than ${MAX_FILES} files.`);
    if (below.longest > 0) found.longest = Math.max(found.longest, nameBytes + 1 + below.longest);
  }
  return remember(tree, found);
}

/** What was asked for last goes last. */
function remember(tree: string, extent: Extent): Extent {
  known.delete(tree);
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value ?? "");
  known.set(tree, extent);
  return extent;
}

/** Entries of a folder, and of those the folders. */
async function entriesOf(
  objects: Pick<ObjectReader, "read">,
  tree: string,
): Promise<Extent & { folders: { oid: string; nameBytes: number }[] }> {
  const object = await objects.read(tree);
  if (object?.type !== "tree") throw new OkcvmError("bad-archive", "A folder is not here.");
  const { body } = object;
  const found = { files: 0, longest: 0, folders: [] as { oid: string; nameBytes: number }[] };
  forEachFile(body, (place, isFolder) => {
    const nameBytes = place.end - place.name;
    found.files += 1;
    found.longest = Math.max(found.longest, nameBytes);
    if (isFolder) found.folders.push({ oid: entryOid(body, place), nameBytes });
  });
  return found;
}

function tooLong(): OkcvmError {
  return new OkcvmError("bad-path", `It holds a path of more than ${MAX_PATH_BYTES} bytes.`);
}
