import { batch, createSignal, onCleanup, type Accessor } from "solid-js";

import { extensionOf } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { followPath } from "./edit/touches.ts";

/** A place in a text. Lines and columns start at 1; the length counts UTF-16 units. */
export interface Place {
  line: number;
  column: number;
  length: number;
}

/** Where a view of the file is asked to go; a new object each time, so that the same place counts twice. */
export interface Wanted {
  place: Place | null;
  focus: boolean;
}

export interface OpenFile {
  /** Workspace path; null when no file is open. */
  path: Accessor<string | null>;
  /** Changes when another file is opened, and not when the open one moves. 0 when none is. */
  turn: Accessor<number>;
  /** What the newest `open` asked for beyond the file itself. */
  wanted: Accessor<Wanted>;
  open: (path: string, options?: { place?: Place; focus?: boolean }) => void;
  close: () => void;
}

const NOTHING: Wanted = { place: null, focus: false };

/** Which file the pane shows. It follows the file when it is moved. */
export function createOpenFile(workspace: Workspace): OpenFile {
  const [path, setPath] = createSignal<string | null>(null);
  const [turn, setTurn] = createSignal(0);
  const [wanted, setWanted] = createSignal<Wanted>(NOTHING);
  let turns = 0;
  const show = (next: string): void => {
    setPath(next);
    setTurn((turns += 1));
  };
  onCleanup(
    workspace.subscribe((changes) => {
      const old = path();
      if (old === null) return;
      const now = followPath(changes, old);
      if (now === old) return;
      // Another kind of file may have another kind of view.
      if (extensionOf(now) === extensionOf(old)) setPath(now);
      else batch(() => show(now));
    }),
  );
  return {
    path,
    turn,
    wanted,
    open: (next, options = {}) =>
      batch(() => {
        if (next !== path()) show(next);
        setWanted({ place: options.place ?? null, focus: options.focus === true });
      }),
    close: () =>
      batch(() => {
        setPath(null);
        setTurn(0);
        setWanted(NOTHING);
      }),
  };
}
