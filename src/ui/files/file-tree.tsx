import ChevronRight from "lucide-solid/icons/chevron-right";
import FileText from "lucide-solid/icons/file-text";
import Folder from "lucide-solid/icons/folder";
import Link from "lucide-solid/icons/link";
import { createEffect, createMemo, createSignal, For, Match, Show, Switch, type JSX } from "solid-js";

import { formatBytes } from "../format/bytes.ts";
import { t } from "../texts/texts.ts";
import type { TreeRow, TreeState } from "./tree-state.ts";

interface PlacedRow {
  row: TreeRow;
  index: number;
}

/** The tree: one line is in the tab order, arrows move between lines, left and right shut and open folders. */
export function FileTree(props: {
  tree: TreeState;
  selected: string | null;
  onOpen: (path: string) => void;
}): JSX.Element {
  let list!: HTMLDivElement;
  const [active, setActive] = createSignal<string | null>(null);
  const rows = (): TreeRow[] => props.tree.rows();
  const focusable = (): string | undefined =>
    rows().find((row) => row.path === active())?.path ?? rows()[0]?.path;
  const focus = (row: TreeRow | undefined): void => {
    if (!row) return;
    setActive(row.path);
    list.querySelector<HTMLElement>(`[data-index="${rows().indexOf(row)}"]`)?.focus();
  };
  const choose = (row: TreeRow): void => {
    setActive(row.path);
    if (row.kind !== "directory") props.onOpen(row.path);
    else if (row.expanded) props.tree.collapse(row.path);
    else props.tree.expand(row.path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = rows().findIndex((row) => row.path === focusable());
    const row = rows()[index];
    if (!row || !treeKey(event.key, { rows: rows(), index, row, focus, choose, tree: props.tree })) return;
    event.preventDefault();
  };
  createEffect(() => props.selected !== null && setActive(props.selected));
  // Drawn by path: a row whose folder opens must keep its element, or it would lose the focus.
  const byPath = createMemo(() => new Map(rows().map((row, index) => [row.path, { row, index }])));
  const paths = createMemo(() => rows().map((row) => row.path));
  return (
    <div
      ref={(element) => (list = element)}
      class="tree"
      role="tree"
      aria-label={t.files.tree}
      onKeyDown={onKeyDown}
    >
      <For each={paths()}>
        {(path) => {
          const found = createMemo<PlacedRow | undefined>((last) => byPath().get(path) ?? last);
          return (
            <Show when={found()}>
              {(one) => (
                <RowView
                  row={one().row}
                  index={one().index}
                  focusable={focusable() === path}
                  selected={props.selected === path}
                  onChoose={() => choose(one().row)}
                />
              )}
            </Show>
          );
        }}
      </For>
    </div>
  );
}

function RowView(props: {
  row: TreeRow;
  index: number;
  focusable: boolean;
  selected: boolean;
  onChoose: () => void;
}): JSX.Element {
  return (
    <div
      class="tree-row"
      role="treeitem"
      data-index={props.index}
      tabindex={props.focusable ? 0 : -1}
      aria-level={props.row.level}
      aria-posinset={props.row.position}
      aria-setsize={props.row.siblings}
      aria-expanded={props.row.kind === "directory" ? props.row.expanded : undefined}
      aria-selected={props.selected}
      title={props.row.path}
      style={{ "--level": props.row.level }}
      onClick={() => props.onChoose()}
    >
      <RowIcon row={props.row} />
      <span class="cut grow">{props.row.name}</span>
      <Show when={props.row.kind === "file"}>
        <span class="tree-size numbers">{formatBytes(props.row.size)}</span>
      </Show>
    </div>
  );
}

interface KeyContext {
  rows: TreeRow[];
  index: number;
  row: TreeRow;
  focus: (row: TreeRow | undefined) => void;
  choose: (row: TreeRow) => void;
  tree: TreeState;
}

/** Answers whether the key meant something here. */
function treeKey(key: string, context: KeyContext): boolean {
  const { rows, index, row, focus } = context;
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
      focus(rows.at(-1));
      return true;
    case "ArrowRight":
      if (row.kind === "directory" && !row.expanded) context.tree.expand(row.path);
      else if (row.expanded) focus(rows[index + 1]);
      return true;
    case "ArrowLeft":
      if (row.expanded) context.tree.collapse(row.path);
      else focus(rows.slice(0, index).findLast((other) => other.level < row.level));
      return true;
    case "Enter":
    case " ":
      context.choose(row);
      return true;
    default:
      return false;
  }
}

function RowIcon(props: { row: TreeRow }): JSX.Element {
  return (
    <>
      <span class="tree-chevron" classList={{ "is-open": props.row.expanded }}>
        <Show when={props.row.kind === "directory"}>
          <ChevronRight size={13} />
        </Show>
      </span>
      <Switch fallback={<FileText size={15} />}>
        <Match when={props.row.kind === "directory"}>
          <Folder size={15} />
        </Match>
        <Match when={props.row.kind === "symlink"}>
          <Link size={15} />
        </Match>
      </Switch>
    </>
  );
}
