import { createComputed, createEffect, createMemo, on, untrack, type Accessor } from "solid-js";

import { isSameList } from "../../state/same-list.ts";
import type { NamingState } from "../operations/naming.ts";
import type { TreeFocus } from "./tree-focus.ts";
import { isRow, NEW_KEY, toLines, type TreeLine } from "./tree-lines.ts";
import type { TreeState } from "./tree-state.ts";
import { createVirtualRows, type VirtualRows } from "./virtual-rows.ts";

/** A line and its place in the list. */
export interface Placed {
  line: TreeLine;
  index: number;
}

/** Which lines of the tree are drawn, and which has the focus. */
export interface TreeModel {
  lines: Accessor<readonly TreeLine[]>;
  virtual: VirtualRows;
  /** Paths of the lines to draw, in their order. */
  shown: Accessor<string[]>;
  /** A line that is drawn. */
  placed: (path: string) => Placed | undefined;
  /** The path of the row in the tab order. */
  active: Accessor<string | undefined>;
  elementOf: (path: string) => HTMLElement | null;
  /** Brings a row into sight, makes it the current one and gives it the focus. */
  focusRow: (path: string) => void;
}

interface Options {
  tree: TreeState;
  focus: TreeFocus;
  naming: NamingState;
  scroller: () => HTMLElement;
}

export function createTreeModel(options: Options): TreeModel {
  const { tree, focus, naming } = options;
  const lines = createMemo(() => toLines(tree.rows(), naming.naming()));
  const virtual = createVirtualRows(() => lines().length);
  const activeIndex = createMemo(() => {
    const path = focus.active();
    const index = path === null ? -1 : indexOf(lines(), path);
    return index >= 0 ? index : lines().findIndex(isRow);
  });
  const active = createMemo(() => lines()[activeIndex()]?.path);
  const drawn = createDrawn({ lines, virtual, pinned: () => [activeIndex(), namingIndex(lines(), naming)] });
  const shown = createMemo(() => [...drawn().keys()], undefined, { equals: isSameList });
  const elementOf = (path: string): HTMLElement | null =>
    options.scroller().querySelector<HTMLElement>(`[data-key="${CSS.escape(path)}"]`);
  const focusRow = (path: string): void => {
    focus.setActive(path);
    virtual.scrollTo(Math.max(0, indexOf(lines(), path)));
    elementOf(path)?.focus({ preventScroll: true });
  };
  const model: TreeModel = {
    lines,
    virtual,
    shown,
    placed: (path) => drawn().get(path),
    active,
    elementOf,
    focusRow,
  };
  followRows(model, focus, naming);
  keepFocus(model, options.scroller);
  return model;
}

/** Places by path, of each list of lines that was asked about: made once, since keys ask again and again. */
const places = new WeakMap<readonly TreeLine[], ReadonlyMap<string, number>>();

/** A line's place; -1 where it is not. */
export function indexOf(lines: readonly TreeLine[], path: string): number {
  const known = places.get(lines) ?? new Map(lines.map((line, index) => [line.path, index]));
  places.set(lines, known);
  return known.get(path) ?? -1;
}

/** The line whose name is being typed; -1 for none. */
function namingIndex(lines: readonly TreeLine[], state: NamingState): number {
  const naming = state.naming();
  if (!naming) return -1;
  return indexOf(lines, naming.kind === "rename" ? naming.path : NEW_KEY);
}

/** The lines to draw, in their order: those in sight, and the pinned ones wherever they are. */
function createDrawn(options: {
  lines: Accessor<readonly TreeLine[]>;
  virtual: VirtualRows;
  pinned: () => number[];
}): Accessor<ReadonlyMap<string, Placed>> {
  return createMemo(() => {
    const [first, last] = options.virtual.range();
    const lines = options.lines();
    const pinned = options.pinned().toSorted((a, b) => a - b);
    const inSight = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset);
    const wanted = [
      ...pinned.filter((index) => index < first),
      ...inSight,
      ...pinned.filter((index) => index >= last),
    ];
    const drawn = new Map<string, Placed>();
    for (const index of wanted) {
      const line = lines[index];
      if (line) drawn.set(line.path, { line, index });
    }
    return drawn;
  });
}

/** Gives the focus to a row that was waited for, and goes to the next one when the current one goes. */
function followRows(model: TreeModel, focus: TreeFocus, naming: NamingState): void {
  let lastIndex = 0;
  createEffect(() => {
    const path = focus.active();
    if (path === null) return;
    const lines = model.lines();
    const index = indexOf(lines, path);
    if (index >= 0) lastIndex = index;
    else if (focus.awaited() !== path) {
      const next = lines[Math.min(lastIndex, lines.length - 1)];
      if (isRow(next)) focus.setActive(next.path);
    }
  });
  createEffect(() => {
    const path = focus.awaited();
    if (path === null || indexOf(model.lines(), path) < 0) return;
    focus.arrived();
    // A name that is typed has the focus.
    if (untrack(naming.naming) === null) model.focusRow(path);
  });
}

/**
 * Drawing other rows moves elements in the page, which takes the focus from one
 * that has it: it is given back. From a row that is gone it goes to the current one.
 */
function keepFocus(model: TreeModel, scroller: () => HTMLElement): void {
  let held: HTMLElement | null = null;
  const focused = (): HTMLElement | null => {
    const now = document.activeElement;
    return now instanceof HTMLElement && scroller().contains(now) ? now : null;
  };
  const giveBack = (): void => {
    if (!held || focused()) return;
    const next = held.isConnected ? held : model.elementOf(model.active() ?? "");
    next?.focus({ preventScroll: true });
  };
  createComputed(on(model.shown, () => (held = focused()), { defer: true }));
  createEffect(
    on(model.shown, () => {
      giveBack();
      held = null;
    }),
  );
}
