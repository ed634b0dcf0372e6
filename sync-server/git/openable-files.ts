import { OkcvmError } from "../../src/domain/errors.ts";
import { EMPTY_TREE, parseTree } from "../../src/domain/git/tree-object.ts";
import { checkPath, MAX_PATH_BYTES } from "../../src/domain/paths.ts";
import type { ObjectReader } from "./object-reader.ts";

/** A folder that names another ten times, that names another …: a few kilobytes can be more files than there are. */
const MAX_FILES = 1_000_000;

/** What is below a folder. */
interface Extent {
  files: number;
  /** Bytes of the longest path, from the folder on. */
  longest: number;
}

const NOTHING: Extent = { files: 0, longest: 0 };

/**
 * What keeps browsers from opening the files of a commit's tree, in words;
 * null for nothing. One of them would be enough to keep everyone's later work
 * from coming in. `before`: a tree that they can open. Only what differs from
 * it is looked at.
 */
export async function filesProblem(
  objects: Pick<ObjectReader, "read">,
  tree: string,
  before: string | null,
): Promise<string | null> {
  try {
    const { files, longest } = await new Walk(objects).extent(tree, before);
    if (files > MAX_FILES) return `It holds more than ${MAX_FILES} files.`;
    return longest > MAX_PATH_BYTES ? `It holds a path of more than ${MAX_PATH_BYTES} bytes.` : null;
  } catch (error) {
    if (error instanceof OkcvmError) return error.message;
    throw error;
  }
}

class Walk {
  readonly #objects: Pick<ObjectReader, "read">;
  /** Of trees that are nowhere in what was before. */
  readonly #known = new Map<string, Extent>();

  constructor(objects: Pick<ObjectReader, "read">) {
    this.#objects = objects;
  }

  /** Errors: `bad-path`, `bad-archive`. */
  async extent(tree: string, before: string | null): Promise<Extent> {
    if (tree === before || tree === EMPTY_TREE) return NOTHING;
    const known = before === null ? this.#known.get(tree) : undefined;
    if (known) return known;
    const foldersBefore = new Map(
      (before === null ? [] : await this.#entries(before)).flatMap(({ name, mode, oid }) =>
        mode === "tree" ? [[name, oid]] : [],
      ),
    );
    const names = new Set<string>();
    const found = { files: 0, longest: 0 };
    for (const { name, mode, oid } of await this.#entries(tree)) {
      checkName(name, names);
      const below = mode === "tree" ? await this.extent(oid, foldersBefore.get(name) ?? null) : NOTHING;
      found.files += 1 + below.files;
      found.longest = Math.max(
        found.longest,
        Buffer.byteLength(name) + (below.longest > 0 ? 1 : 0) + below.longest,
      );
    }
    if (before === null) this.#known.set(tree, found);
    return found;
  }

  async #entries(tree: string): Promise<ReturnType<typeof parseTree>> {
    const object = tree === EMPTY_TREE ? null : await this.#objects.read(tree);
    if (object && object.type !== "tree") throw unreadable("A folder is none.");
    if (!object && tree !== EMPTY_TREE) throw unreadable("A folder is not here.");
    return object ? parseTree(object.body) : [];
  }
}

/** Errors: `bad-path`, `bad-archive` for one that is there twice, or would be a path. */
function checkName(name: string, names: Set<string>): void {
  if (name.includes("/") || name === "") throw unreadable(`${JSON.stringify(name)} is no name.`);
  if (names.has(name)) throw unreadable(`${JSON.stringify(name)} is in a folder twice.`);
  names.add(name);
  checkPath(name);
}

function unreadable(what: string): OkcvmError {
  return new OkcvmError("bad-archive", what);
}
