import { createEffect, createMemo, For, onMount, Show, type JSX } from "solid-js";

import { createMedia } from "../../state/media.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { NamingState } from "../operations/naming.ts";
import type { TreeFocus } from "./tree-focus.ts";
import { treeKey } from "./tree-keys.ts";
import { TreeLineView } from "./tree-line.tsx";
import { rowByLetters } from "./tree-lines.ts";
import { createTreeModel, indexOf, type Placed, type TreeModel } from "./tree-model.ts";
import type { TreeRow } from "./tree-rows.ts";
import type { TreeState } from "./tree-state.ts";

/** What the tree asks its pane for. */
export interface TreeCommands {
  /** `focus`: the file's view is to get it. */
  open: (path: string, options: { focus: boolean }) => void;
  menu: (row: TreeRow, at: { x: number; y: number }) => void;
  rename: (row: TreeRow) => void;
  remove: (row: TreeRow) => void;
}

interface Props {
  tree: TreeState;
  focus: TreeFocus;
  naming: NamingState;
  commands: TreeCommands;
  /** The open file. */
  selected: string | null;
  /** The folder that what is held over the tree would go into; null for none. */
  target: string | null;
}

/**
 * The tree. Only the rows in sight are in the page, and the current one, so
 * that it keeps the focus while it is scrolled away. One row is in the tab
 * order; arrows, pages and letters move between rows.
 */
export function FileTree(props: Props): JSX.Element {
  let scroller!: HTMLDivElement;
  const model = createTreeModel({
    tree: props.tree,
    focus: props.focus,
    naming: props.naming,
    scroller: () => scroller,
  });
  // A finger that is held on a row means its menu.
  const draggable = createMedia("(pointer: fine)");
  const choose = (row: TreeRow, options: { focus: boolean }): void => {
    props.focus.setActive(row.path);
    if (row.kind !== "directory") props.commands.open(row.path, options);
    else if (row.expanded) props.tree.collapse(row.path);
    else props.tree.expand(row.path);
  };
  createEffect(() => props.selected !== null && props.focus.setActive(props.selected));
  onMount(() => model.virtual.attach(scroller));
  const onBare = (event: MouseEvent): void => {
    // Beside the rows is the top folder: what is made next goes there.
    if (event.target instanceof Element && !event.target.closest(".tree-row")) props.focus.setActive(null);
  };
  return (
    <div
      ref={(element) => (scroller = element)}
      class="tree"
      classList={{ "is-target": props.target === "" }}
      role="tree"
      aria-label={filesTexts.tree}
      style={{ "--row": `${model.virtual.rowHeight()}px` }}
      onKeyDown={createKeys(props, model, choose)}
      onClick={onBare}
    >
      <div class="tree-space" role="presentation" style={{ height: `${model.virtual.total()}px` }}>
        <For each={model.shown()}>
          {(path) => (
            <Line path={path} model={model} tree={props} draggable={draggable()} onChoose={choose} />
          )}
        </For>
      </div>
    </div>
  );
}

function Line(props: {
  path: string;
  model: TreeModel;
  tree: Props;
  draggable: boolean;
  onChoose: (row: TreeRow, options: { focus: boolean }) => void;
}): JSX.Element {
  // A row that goes is drawn as it was until it is taken out.
  const placed = createMemo<Placed | undefined>((last) => props.model.placed(props.path) ?? last);
  return (
    <Show when={placed()}>
      {(one) => (
        <TreeLineView
          line={one().line}
          top={props.model.virtual.topOf(one().index)}
          focusable={props.model.active() === props.path}
          selected={props.tree.selected === props.path}
          target={props.tree.target === props.path}
          draggable={props.draggable}
          naming={props.tree.naming}
          onFocus={(row) => props.tree.focus.setActive(row.path)}
          onChoose={(row) => props.onChoose(row, { focus: false })}
          onMenu={(row, at) => {
            props.model.focusRow(row.path);
            props.tree.commands.menu(row, at);
          }}
        />
      )}
    </Show>
  );
}

const TYPING_MS = 600;

function createKeys(
  props: Props,
  model: TreeModel,
  choose: (row: TreeRow, options: { focus: boolean }) => void,
): (event: KeyboardEvent) => void {
  let typed = "";
  let typedAt = 0;
  const type = (event: KeyboardEvent, rows: readonly TreeRow[], index: number): boolean => {
    const now = event.timeStamp;
    const going = typed !== "" && now - typedAt < TYPING_MS;
    const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!letter || (event.key === " " && !going)) return false;
    typed = going ? typed + event.key : event.key;
    typedAt = now;
    const found = rowByLetters(rows, index, typed);
    if (found) model.focusRow(found.path);
    return true;
  };
  return (event) => {
    const rows = props.tree.rows();
    const index = indexOf(rows, model.active() ?? "");
    const menu = (row: TreeRow): void => {
      const box = model.elementOf(row.path)?.getBoundingClientRect();
      props.commands.menu(row, { x: (box?.left ?? 0) + 24, y: box?.bottom ?? 0 });
    };
    const meant =
      type(event, rows, index) ||
      treeKey(event, {
        rows,
        index,
        page: model.virtual.page(),
        tree: props.tree,
        focus: (row) => row && model.focusRow(row.path),
        choose,
        rename: props.commands.rename,
        remove: props.commands.remove,
        menu,
      });
    if (meant) event.preventDefault();
  };
}
