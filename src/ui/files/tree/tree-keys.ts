import type { TreeRow } from "./tree-rows.ts";
import type { TreeState } from "./tree-state.ts";

/** What the keys of the tree can do. */
export interface KeyContext {
  rows: readonly TreeRow[];
  /** The current row's place; -1 for none. */
  index: number;
  page: number;
  tree: TreeState;
  focus: (row: TreeRow | undefined) => void;
  choose: (row: TreeRow, options: { focus: boolean }) => void;
  rename: (row: TreeRow) => void;
  remove: (row: TreeRow) => void;
  menu: (row: TreeRow) => void;
}

type Keys = Pick<KeyboardEvent, "key" | "shiftKey" | "metaKey" | "ctrlKey" | "altKey">;

/** Answers whether the key meant something in the tree. */
export function treeKey(event: Keys, context: KeyContext): boolean {
  const row = context.rows[context.index];
  if (!row) return false;
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) context.menu(row);
  else if (event.key === "Backspace" && event.metaKey) context.remove(row);
  else if (event.ctrlKey || event.metaKey || event.altKey) return false;
  else return moveKey(event.key, row, context) || actionKey(event.key, row, context);
  return true;
}

function moveKey(key: string, row: TreeRow, context: KeyContext): boolean {
  const { rows, index, page, focus } = context;
  const last = rows.length - 1;
  switch (key) {
    case "ArrowDown":
      focus(rows[index + 1]);
      return true;
    case "ArrowUp":
      focus(rows[index - 1]);
      return true;
    case "Home":
      focus(rows[0]);
      return true;
    case "End":
      focus(rows[last]);
      return true;
    case "PageDown":
      focus(rows[Math.min(last, index + page)]);
      return true;
    case "PageUp":
      focus(rows[Math.max(0, index - page)]);
      return true;
    case "ArrowRight":
      if (row.kind === "directory" && !row.expanded) context.tree.expand(row.path);
      else if (row.expanded) focus(rows[index + 1]);
      return true;
    case "ArrowLeft":
      if (row.expanded) context.tree.collapse(row.path);
      else focus(rows.slice(0, index).findLast((other) => other.level < row.level));
      return true;
    default:
      return false;
  }
}

function actionKey(key: string, row: TreeRow, context: KeyContext): boolean {
  switch (key) {
    case "Enter":
      context.choose(row, { focus: true });
      return true;
    case " ":
      context.choose(row, { focus: false });
      return true;
    case "F2":
      context.rename(row);
      return true;
    case "Delete":
      context.remove(row);
      return true;
    default:
      return false;
  }
}
