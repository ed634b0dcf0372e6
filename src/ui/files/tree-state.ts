import { createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

import type { Change, Entry } from "../../domain/changes.ts";
import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import { baseName, parentOf } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";

/** One visible line of the tree. Paths are workspace paths. */
export interface TreeRow {
  path: string;
  name: string;
  kind: Entry["kind"];
  size: number;
  /** 1 for what lies in the root. */
  level: number;
  expanded: boolean;
  /** Its place among its siblings, from 1, and how many there are. */
  position: number;
  siblings: number;
}

export interface TreeState {
  rows: Accessor<TreeRow[]>;
  /** False until the root was read once. */
  loaded: Accessor<boolean>;
  error: Accessor<ErrorValue | null>;
  expand: (path: string) => void;
  collapse: (path: string) => void;
  /** Opens every folder above a path. */
  reveal: (path: string) => void;
  reload: () => void;
  /** Grows by one with each change of a file that is reported. */
  changed: Accessor<ReadonlySet<string>>;
}

type Folders = ReadonlyMap<string, readonly Entry[]>;

const SETTLE_MS = 80;

/** A workspace's tree: folders are read when they are opened and again when something in them changed. */
export function createTreeState(workspace: Workspace): TreeState {
  const [folders, setFolders] = createSignal<Folders>(new Map());
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  const [error, setError] = createSignal<ErrorValue | null>(null);
  const [changed, setChanged] = createSignal<ReadonlySet<string>>(new Set());
  const read = async (path: string): Promise<void> => {
    try {
      const entries = (await workspace.list(path)).map((entry) => withInnerPath(entry, workspace.root));
      setFolders((map) => new Map(map).set(path, entries));
      setError(null);
    } catch (cause) {
      const value = toErrorValue(cause);
      if (path === "") setError(value);
      // A folder that is gone: its parent's new list leaves it out.
      else setFolders((map) => without(map, path));
    }
  };
  const onChanges = createSettled((changes: Change[]) => {
    const paths = changes.flatMap((change) => ("to" in change ? [change.path, change.to] : [change.path]));
    setChanged(new Set(paths));
    for (const folder of foldersToRead(paths, folders())) void read(folder);
  });
  onCleanup(workspace.subscribe((changes) => onChanges.push(changes)));
  onCleanup(onChanges.cancel);
  const expand = (path: string): void => {
    setOpen((set) => new Set(set).add(path));
    if (!folders().has(path)) void read(path);
  };
  void read("");
  return {
    rows: createMemo(() => visibleRows(folders(), open())),
    loaded: () => folders().has(""),
    error,
    expand,
    collapse: (path) =>
      setOpen((set) => {
        const next = new Set(set);
        next.delete(path);
        return next;
      }),
    reveal: (path) => {
      for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) expand(folder);
    },
    reload: () => void read(""),
    changed,
  };
}

/** Collects what comes in quick succession: one command may write a thousand files. */
function createSettled(take: (changes: Change[]) => void): {
  push: (changes: Change[]) => void;
  cancel: () => void;
} {
  let waiting: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    push(changes) {
      waiting.push(...changes);
      timer ??= setTimeout(() => {
        timer = undefined;
        const taken = waiting;
        waiting = [];
        take(taken);
      }, SETTLE_MS);
    },
    cancel: () => clearTimeout(timer),
  };
}

/** The read folders that lie on the way to a changed path. */
export function foldersToRead(paths: readonly string[], folders: Folders): Set<string> {
  const wanted = new Set<string>();
  for (const path of paths) {
    let folder = path;
    do {
      folder = parentOf(folder);
      if (folders.has(folder)) wanted.add(folder);
    } while (folder !== "");
  }
  return wanted;
}

/** Entries come with workspace paths or with absolute ones; the tree keeps the former. */
function withInnerPath(entry: Entry, root: string): Entry {
  return entry.path.startsWith(`${root}/`) ? { ...entry, path: entry.path.slice(root.length + 1) } : entry;
}

function without(map: Folders, path: string): Folders {
  const next = new Map(map);
  next.delete(path);
  return next;
}

/** The lines to draw: folders first, then by name, the children of open folders below them. */
export function visibleRows(folders: Folders, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (folder: string, level: number): void => {
    const entries = [...(folders.get(folder) ?? [])].toSorted(byKindThenName);
    entries.forEach((entry, index) => {
      const expanded = entry.kind === "directory" && open.has(entry.path);
      rows.push({
        path: entry.path,
        name: baseName(entry.path),
        kind: entry.kind,
        size: entry.size,
        level,
        expanded,
        position: index + 1,
        siblings: entries.length,
      });
      if (expanded) add(entry.path, level + 1);
    });
  };
  add("", 1);
  return rows;
}

function byKindThenName(a: Entry, b: Entry): number {
  const order = Number(b.kind === "directory") - Number(a.kind === "directory");
  return order !== 0 ? order : baseName(a.path).localeCompare(baseName(b.path), undefined, { numeric: true });
}
