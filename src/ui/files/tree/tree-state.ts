import { batch, createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

import type { TreeChange } from "../../../domain/changes.ts";
import { toErrorValue, type ErrorValue } from "../../../domain/errors.ts";
import { parentOf } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { innerPath, isAtOrBelow } from "../inner-path.ts";
import { applyChanges } from "./apply-changes.ts";
import { sortEntries, visibleRows, type Folders, type TreeRow } from "./tree-rows.ts";

export interface TreeState {
  rows: Accessor<TreeRow[]>;
  /** False until the root was read once. */
  loaded: Accessor<boolean>;
  error: Accessor<ErrorValue | null>;
  expand: (path: string) => void;
  collapse: (path: string) => void;
  collapseAll: () => void;
  /** Opens every folder above a path. */
  reveal: (path: string) => void;
  /** Reads everything that is open again. */
  reload: () => void;
}

/** Changes are drawn together when they come in quick succession: one command may write a thousand files. */
const SETTLE_MS = 80;

/** A workspace's tree: folders are read when they are opened, then follow the changes that are reported. */
export function createTreeState(workspace: Workspace): TreeState {
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  const listings = createListings(workspace, open, (changes) =>
    setOpen((set) => followFolders(set, changes)),
  );
  const expand = (path: string): void => {
    setOpen((set) => (set.has(path) ? set : new Set(set).add(path)));
    if (!listings.folders().has(path)) listings.read(path);
  };
  listings.read("");
  return {
    rows: createMemo(() => visibleRows(listings.folders(), open())),
    loaded: () => listings.folders().has(""),
    error: listings.error,
    expand,
    collapse: (path) =>
      setOpen((set) => {
        const next = new Set(set);
        next.delete(path);
        return next;
      }),
    collapseAll: () => setOpen(new Set<string>()),
    reveal: (path) => {
      for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) expand(folder);
    },
    reload: () => {
      listings.read("");
      for (const folder of open()) listings.read(folder);
    },
  };
}

interface Listings {
  folders: Accessor<Folders>;
  error: Accessor<ErrorValue | null>;
  read: (folder: string) => void;
}

function createListings(
  workspace: Workspace,
  open: Accessor<ReadonlySet<string>>,
  onChanges: (changes: TreeChange[]) => void,
): Listings {
  const [folders, setFolders] = createSignal<Folders>(new Map());
  const [error, setError] = createSignal<ErrorValue | null>(null);
  /** Folders being read, and whether something changed meanwhile that their list may not hold. */
  const reading = new Map<string, { overtaken: boolean }>();
  const readOnce = async (folder: string): Promise<void> => {
    try {
      const found = await workspace.list(folder);
      const entries = sortEntries(
        found.map((entry) => ({ ...entry, path: innerPath(workspace.root, entry.path) })),
      );
      batch(() => {
        setFolders((map) => new Map(map).set(folder, entries));
        setError(null);
      });
    } catch (cause) {
      // A folder that is gone: its parent's list leaves it out.
      if (folder === "") setError(toErrorValue(cause));
      else setFolders((map) => without(map, folder));
    }
  };
  const read = async (folder: string): Promise<void> => {
    const running = reading.get(folder);
    if (running) {
      running.overtaken = true;
      return;
    }
    const turn = { overtaken: false };
    reading.set(folder, turn);
    for (;;) {
      // Changes from before the list must not be applied to it again.
      changes.flush();
      turn.overtaken = false;
      await readOnce(folder);
      if (!turn.overtaken) break;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    reading.delete(folder);
  };
  const changes = followChanges(workspace, {
    arrive: () => reading.forEach((turn) => (turn.overtaken = true)),
    take: (some) => {
      const applied = applyChanges(folders(), some);
      batch(() => {
        onChanges(some);
        setFolders(applied.folders);
      });
      for (const folder of applied.stale) void read(folder);
      for (const folder of unreadFolders(applied.folders, open())) void read(folder);
    },
  });
  onCleanup(changes.stop);
  return { folders, error, read: (folder) => void read(folder) };
}

/** Folders that were moved stay open. */
function followFolders(open: ReadonlySet<string>, changes: readonly TreeChange[]): ReadonlySet<string> {
  let now = open;
  for (const change of changes) {
    if (change.kind !== "rename" || ![...now].some((path) => isAtOrBelow(path, change.path))) continue;
    now = new Set(Array.from(now, (path) => rebased(path, change.path, change.to)));
  }
  return now;
}

function rebased(path: string, from: string, to: string): string {
  return isAtOrBelow(path, from) ? to + path.slice(from.length) : path;
}

/** Open folders that are in sight and have no list: they came back, or came from somewhere that was not read. */
function unreadFolders(folders: Folders, open: ReadonlySet<string>): string[] {
  return [...open].filter(
    (folder) => !folders.has(folder) && folders.get(parentOf(folder))?.some((entry) => entry.path === folder),
  );
}

/** Hands changes over together; the first after a pause at once, so that a single one is seen without a wait. */
function followChanges(
  workspace: Workspace,
  on: { arrive: () => void; take: (changes: TreeChange[]) => void },
): { flush: () => void; stop: () => void } {
  let waiting: TreeChange[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    const taken = waiting;
    waiting = [];
    if (taken.length > 0) on.take(taken);
  };
  const settle = (): void => {
    timer = waiting.length > 0 ? setTimeout(settle, SETTLE_MS) : undefined;
    flush();
  };
  const unsubscribe = workspace.subscribe((changes) => {
    on.arrive();
    for (const change of changes) waiting.push(change);
    if (timer !== undefined) return;
    timer = setTimeout(settle, SETTLE_MS);
    flush();
  });
  return {
    flush,
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}

function without(map: Folders, path: string): Folders {
  const next = new Map(map);
  next.delete(path);
  return next;
}
