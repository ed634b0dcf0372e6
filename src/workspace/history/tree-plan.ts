import type { FileNode, SymlinkNode } from "../../domain/file-tree.ts";
import type { TreeEntry } from "../../domain/git/tree-object.ts";
import type { FileContent } from "../tree/file-content.ts";
import type { Directory, LiveTree, Node } from "../tree/live-tree.ts";
import { IGNORE_FILE, type IgnoreRules } from "../../domain/ignore-rules.ts";
import type { TreeReader } from "./tree-reader.ts";

/** What a snapshot takes of one folder. */
export interface PlannedFolder {
  directory: Directory;
  entries: PlannedEntry[];
}

export type PlannedEntry =
  | { kind: "file"; name: string; node: FileNode<FileContent> }
  | { kind: "symlink"; name: string; node: SymlinkNode }
  /** A folder whose Git tree is known. */
  | { kind: "known"; name: string; oid: string }
  | { kind: "folder"; name: string; folder: PlannedFolder };

/** Where the planning stands: one folder of the tree. */
interface Place {
  path: string;
  rules: IgnoreRules;
  /** True below a folder that is left out: only what the snapshot before had is taken then. */
  leftOut: boolean;
  /** What the snapshot before had here, by name. Read only when an ignored name is met. */
  before: () => Promise<Map<string, TreeEntry>>;
}

/** Decides what a snapshot takes: everything but what is ignored, unless it was in the snapshot before or is in `force`. */
export class TreePlanner {
  readonly #live: LiveTree;
  readonly #trees: TreeReader;
  readonly #readText: (content: FileContent) => Promise<string>;
  readonly #force: readonly string[];
  readonly #full: boolean;

  constructor(parts: {
    live: LiveTree;
    trees: TreeReader;
    readText: (content: FileContent) => Promise<string>;
    /** Paths taken though they are ignored, with what is below them. */
    force?: readonly string[];
    /** True to go into folders whose Git tree is known, too. */
    full?: boolean;
  }) {
    this.#live = parts.live;
    this.#trees = parts.trees;
    this.#readText = parts.readText;
    this.#force = parts.force ?? [];
    this.#full = parts.full === true || this.#force.length > 0;
  }

  /** The plan of the whole tree; `before` is the Git tree of the snapshot before. */
  plan(before: string | null, rules: IgnoreRules): Promise<PlannedFolder> {
    return this.#folder(this.#live.files.root, {
      path: "",
      rules,
      leftOut: false,
      before: this.#reading(before),
    });
  }

  async #folder(directory: Directory, place: Place): Promise<PlannedFolder> {
    const here = { ...place, rules: await this.#rulesIn(directory, place) };
    const entries: PlannedEntry[] = [];
    for (const [name, node] of directory.children) {
      const entry = await this.#entry(name, node, here);
      if (entry) entries.push(entry);
    }
    return { directory, entries };
  }

  async #entry(name: string, node: Node, place: Place): Promise<PlannedEntry | null> {
    const path = place.path === "" ? name : `${place.path}/${name}`;
    const isFolder = node.kind === "directory";
    const ignored = place.leftOut || place.rules.ignores(path, isFolder);
    if (ignored && !this.#isForced(path) && !(await place.before()).has(name)) return null;
    if (node.kind === "file") return { kind: "file", name, node };
    if (node.kind === "symlink") return { kind: "symlink", name, node };
    const oid = this.#full ? null : this.#live.treeId(node);
    if (oid !== null) return { kind: "known", name, oid };
    const before = async (): Promise<Map<string, TreeEntry>> => {
      const found = (await place.before()).get(name);
      return this.#reading(found?.mode === "tree" ? found.oid : null)();
    };
    return {
      kind: "folder",
      name,
      folder: await this.#folder(node, { path, rules: place.rules, leftOut: ignored, before: once(before) }),
    };
  }

  #isForced(path: string): boolean {
    return this.#force.some(
      (one) => one === path || one.startsWith(`${path}/`) || path.startsWith(`${one}/`),
    );
  }

  async #rulesIn(directory: Directory, place: Place): Promise<IgnoreRules> {
    const file = directory.children.get(IGNORE_FILE);
    if (file?.kind !== "file") return place.rules;
    return place.rules.within(place.path, await this.#readText(file.content));
  }

  #reading(tree: string | null): () => Promise<Map<string, TreeEntry>> {
    return once(
      async () => new Map((await this.#trees.entries(tree)).map((entry) => [entry.name, entry] as const)),
    );
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () => (reading ??= read());
}
