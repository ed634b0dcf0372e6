import { batch, createEffect, createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import type { Branch, FileDiff, Snapshot } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { createSettled } from "../diff/settled.ts";
import { createLoad, type Load } from "../state/load.ts";
import { joinNews, toRows, type TimelineRow } from "./timeline-rows.ts";

/** A workspace's history as the screen shows it. */
export interface TimelineState {
  /** Newest first, as far back as was loaded; undefined until the first are read. */
  snapshots: Accessor<Snapshot[] | undefined>;
  rows: Accessor<TimelineRow[]>;
  error: Accessor<ErrorValue | undefined>;
  reload: () => void;
  /** True when there may be earlier ones. */
  hasMore: Accessor<boolean>;
  /** Why earlier ones could not be loaded. */
  moreError: Accessor<ErrorValue | undefined>;
  /** Loads a hundred earlier ones. Resolves when they are there or have failed. */
  more: () => Promise<void>;
  /** The newest snapshot's id; null before the first, undefined until it is read. */
  head: Accessor<string | null | undefined>;
  /** Files that differ from the newest snapshot. */
  unsaved: Load<FileDiff[] | undefined>;
  /** The snapshot whose files are the files of now; null while there are unsaved changes. */
  here: Accessor<string | null>;
  branches: Accessor<Branch[]>;
}

const PAGE = 100;
const SETTLE = { quietMs: 400, maxMs: 2_500 };

/** Follows the history of a workspace. `paused` keeps from looking for unsaved changes: a run keeps its own. */
export function createTimelineState(workspace: Workspace, paused: Accessor<boolean>): TimelineState {
  const list = createSnapshotList(workspace);
  const head = createMemo(() => {
    const known = list.snapshots();
    return known && (known[0]?.id ?? null);
  });
  const [changes, setChanges] = createSignal(0);
  const settled = createSettled(() => setChanges((count) => count + 1), SETTLE);
  onCleanup(workspace.subscribe((some) => settled.push(some)));
  onCleanup(settled.cancel);
  const unsaved = createLoad<{ head: string | null | undefined }, FileDiff[] | undefined>(
    // A new object each time: the head may be the same while the files are not.
    createMemo(() => {
      changes();
      return { head: paused() ? undefined : head() };
    }),
    async (input) =>
      input.head === undefined ? undefined : workspace.diff(input.head, null, { lines: false }),
  );
  const branches = createLoad(head, () => workspace.branches());
  return {
    ...list,
    rows: createMemo(() => toRows(list.snapshots() ?? [])),
    head,
    unsaved,
    here: () => (unsaved.value()?.length === 0 ? (head() ?? null) : null),
    branches: () => branches.value() ?? [],
  };
}

type SnapshotList = Pick<TimelineState, "snapshots" | "error" | "reload" | "hasMore" | "moreError" | "more">;

function createSnapshotList(workspace: Workspace): SnapshotList {
  const [snapshots, setSnapshots] = createSignal<Snapshot[]>();
  const [error, setError] = createSignal<ErrorValue>();
  const [moreError, setMoreError] = createSignal<ErrorValue>();
  const [hasMore, setHasMore] = createSignal(false);
  let turn = 0;
  let loadingMore: Promise<void> | null = null;
  const reload = async (): Promise<void> => {
    const mine = (turn += 1);
    try {
      const page = await workspace.snapshots(PAGE);
      // A later reading has begun.
      if (mine !== turn) return;
      const joined = joinNews(page, snapshots() ?? []);
      batch(() => {
        setError(undefined);
        if (!joined) setHasMore(page.length === PAGE);
        setSnapshots(joined ?? page);
      });
    } catch (cause) {
      if (mine === turn) setError(toErrorValue(cause));
    }
  };
  const readMore = async (last: Snapshot): Promise<void> => {
    try {
      const page = await workspace.snapshots(PAGE, { before: last.id });
      const known = snapshots() ?? [];
      // The list was read anew meanwhile: this page goes on from another one.
      if (known.at(-1)?.id !== last.id) return;
      batch(() => {
        setMoreError(undefined);
        setHasMore(page.length === PAGE);
        setSnapshots([...known, ...page]);
      });
    } catch (cause) {
      setMoreError(toErrorValue(cause));
    }
  };
  const more = (): Promise<void> => {
    const last = snapshots()?.at(-1);
    if (!last || !hasMore()) return Promise.resolve();
    loadingMore ??= readMore(last).finally(() => (loadingMore = null));
    return loadingMore;
  };
  createEffect(() => {
    void reload();
    onCleanup(workspace.subscribeHistory(() => void reload()));
  });
  return { snapshots, error, reload: () => void reload(), hasMore, moreError, more };
}
