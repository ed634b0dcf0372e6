import { batch, createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";

import type { TreeChange } from "../../domain/changes.ts";
import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import { toAbsolutePath } from "../../domain/paths.ts";
import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { createSettled } from "./settled.ts";

/** Two moments of a workspace. `from` null: no files at all. `to` null: the files as they are now. */
export interface Moments {
  from: string | null;
  to: string | null;
}

/** One file's lines, which are read when they are needed. */
export type Detail =
  | { state: "loading" }
  | { state: "ready"; diff: FileDiff }
  | { state: "failed"; error: ErrorValue };

/** How the files differ between two moments. */
export interface Comparison {
  /** By path, without lines; undefined until they are read. */
  files: Accessor<FileDiff[] | undefined>;
  error: Accessor<ErrorValue | undefined>;
  reload: () => void;
  /** undefined until it was asked for. */
  detail: (path: string) => Detail | undefined;
  /** Reads the lines of files that were not read yet, or could not be. Resolves when they are there. */
  load: (files: readonly FileDiff[]) => Promise<void>;
}

const SETTLE = { quietMs: 400, maxMs: 2_000 };

/** Compares two moments, again when they change; a comparison with now follows the files. */
export function createComparison(workspace: Workspace, moments: Accessor<Moments>): Comparison {
  const [files, setFiles] = createSignal<FileDiff[]>();
  const [error, setError] = createSignal<ErrorValue>();
  const details = createDetails(workspace, moments);
  let turn = 0;
  const read = async (then: (list: FileDiff[]) => void = () => undefined): Promise<void> => {
    const mine = (turn += 1);
    const { from, to } = moments();
    try {
      const list = await workspace.diff(from, to, { lines: false });
      // Other moments have been chosen, or a later reading has begun.
      if (mine !== turn) return;
      batch(() => {
        setError(undefined);
        then(list);
        setFiles(list);
      });
    } catch (cause) {
      if (mine === turn) setError(toErrorValue(cause));
    }
  };
  const begin = (): void => {
    batch(() => {
      setFiles(undefined);
      setError(undefined);
      details.clear();
    });
    void read();
  };
  createEffect(on(() => [moments().from, moments().to], begin));
  createEffect(() => {
    if (moments().to !== null) return;
    followFiles(workspace, (changed) => void read((list) => details.refresh(list, changed)));
  });
  return { files, error, reload: () => void read(), detail: details.detail, load: details.load };
}

interface Details extends Pick<Comparison, "detail" | "load"> {
  clear: () => void;
  /** Reads the lines again that may have changed, keeping the old ones in sight meanwhile. */
  refresh: (list: readonly FileDiff[], changed: (path: string) => boolean) => void;
}

function createDetails(workspace: Workspace, moments: Accessor<Moments>): Details {
  const [details, setDetails] = createSignal<ReadonlyMap<string, Detail>>(new Map());
  const put = (files: readonly FileDiff[], detailOf: (file: FileDiff) => Detail): void => {
    setDetails((map) => new Map([...map, ...files.map((file) => [file.path, detailOf(file)] as const)]));
  };
  const read = async (files: readonly FileDiff[]): Promise<void> => {
    const { from, to } = moments();
    const same = (): boolean => moments().from === from && moments().to === to;
    try {
      const paths = files.flatMap((file) => (file.oldPath ? [file.path, file.oldPath] : [file.path]));
      const found = new Map((await workspace.diff(from, to, { paths })).map((diff) => [diff.path, diff]));
      // A file that is not there differs no more; the list is about to say so.
      if (same()) put(files, (file) => ({ state: "ready", diff: found.get(file.path) ?? file }));
    } catch (cause) {
      const error = toErrorValue(cause);
      if (same()) put(files, () => ({ state: "failed", error }));
    }
  };
  return {
    detail: (path) => details().get(path),
    clear: () => setDetails(new Map()),
    load: async (wanted) => {
      const missing = wanted.filter((file) => {
        const known = details().get(file.path);
        return known === undefined || known.state === "failed";
      });
      if (missing.length === 0) return;
      put(missing, () => ({ state: "loading" }));
      await read(missing);
    },
    refresh: (list, changed) => {
      const stale = list.filter(
        (file) => details().has(file.path) && (changed(file.path) || changed(file.oldPath ?? "")),
      );
      if (stale.length > 0) void read(stale);
    },
  };
}

/** Tells, once the files are quiet again, which of them have changed. Call it inside an effect. */
function followFiles(workspace: Workspace, changed: (isChanged: (path: string) => boolean) => void): void {
  const settled = createSettled<TreeChange>((changes) => {
    const paths = changes
      .flatMap((change) => ("to" in change ? [change.path, change.to] : [change.path]))
      .map((path) => toAbsolutePath(workspace.root, path));
    changed((path) => paths.some((one) => path === one || path.startsWith(`${one}/`)));
  }, SETTLE);
  onCleanup(workspace.subscribe((changes) => settled.push(changes)));
  onCleanup(settled.cancel);
}

/** The files to open at first: from the top, as many as have no more lines together than `budget`; the first always. */
export function opensAtFirst(diffs: readonly FileDiff[], budget: number): string[] {
  const open: string[] = [];
  let left = budget;
  for (const diff of diffs) {
    const lines = diff.additions + diff.deletions;
    if (lines > left && open.length > 0) break;
    open.push(diff.path);
    left -= lines + FILE_COST;
  }
  return open;
}

/** What an open file costs besides its changed lines: its bar and the lines around the changes. */
const FILE_COST = 20;
