import FolderPlus from "lucide-solid/icons/folder-plus";
import FilePlus from "lucide-solid/icons/file-plus";
import { Show, type JSX } from "solid-js";

import { formatBytes } from "../../format/bytes.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { NamingState } from "../operations/naming.ts";
import { NameField } from "./name-field.tsx";
import { RowIcon } from "./row-icons.tsx";
import { isRow, type NewLine, type TreeLine } from "./tree-lines.ts";
import type { TreeRow } from "./tree-rows.ts";

interface Props {
  line: TreeLine;
  /** Pixels from the top of the list. */
  top: number;
  focusable: boolean;
  selected: boolean;
  /** Something is held over this folder and would go into it. */
  target: boolean;
  draggable: boolean;
  naming: NamingState;
  /** It has the focus, however that came. */
  onFocus: (row: TreeRow) => void;
  onChoose: (row: TreeRow) => void;
  onMenu: (row: TreeRow, at: { x: number; y: number }) => void;
}

/** One line of the tree. */
export function TreeLineView(props: Props): JSX.Element {
  const row = (): TreeRow | undefined => (isRow(props.line) ? props.line : undefined);
  const fresh = (): NewLine | undefined => (isRow(props.line) ? undefined : props.line);
  return (
    <>
      <Show when={row()}>{(one) => <EntryRow {...props} row={one()} />}</Show>
      <Show when={fresh()}>{(one) => <NewRow line={one()} top={props.top} naming={props.naming} />}</Show>
    </>
  );
}

function EntryRow(props: Props & { row: TreeRow }): JSX.Element {
  const renaming = (): boolean => {
    const now = props.naming.naming();
    return now?.kind === "rename" && now.path === props.row.path;
  };
  const label = (): string =>
    props.row.kind === "file" ? `${props.row.name} ${formatBytes(props.row.size)}` : props.row.name;
  const onContextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    props.onMenu(props.row, { x: event.clientX, y: event.clientY });
  };
  return (
    <div
      class="tree-row"
      classList={{ "is-target": props.target, "is-naming": renaming() }}
      role="treeitem"
      data-key={props.row.path}
      tabindex={props.focusable ? 0 : -1}
      aria-label={renaming() ? undefined : label()}
      aria-level={props.row.level}
      aria-posinset={props.row.position}
      aria-setsize={props.row.siblings}
      aria-expanded={props.row.kind === "directory" ? props.row.expanded : undefined}
      aria-selected={props.selected}
      title={renaming() ? undefined : props.row.path}
      style={{ top: `${props.top}px`, "--level": props.row.level }}
      draggable={props.draggable && !renaming()}
      onFocusIn={() => props.onFocus(props.row)}
      onClick={() => !renaming() && props.onChoose(props.row)}
      onContextMenu={onContextMenu}
    >
      <span class="tree-chevron" classList={{ "is-open": props.row.expanded }}>
        <Show when={props.row.kind === "directory"}>
          <RowIcon name="chevron" size={13} />
        </Show>
      </span>
      <RowIcon name={props.row.kind} />
      <Show when={!renaming()} fallback={<RenameField row={props.row} naming={props.naming} />}>
        <span class="cut grow">{props.row.name}</span>{" "}
        <Show when={props.row.kind === "file"}>
          <span class="tree-size numbers">{formatBytes(props.row.size)}</span>
        </Show>
        <MoreButton name={props.row.name} onMenu={(at) => props.onMenu(props.row, at)} />
      </Show>
    </div>
  );
}

/** The row's menu for those without a right button or a menu key; keys reach it from the row itself. */
function MoreButton(props: { name: string; onMenu: (at: { x: number; y: number }) => void }): JSX.Element {
  const open = (event: MouseEvent & { currentTarget: HTMLElement }): void => {
    event.stopPropagation();
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    props.onMenu({ x: left, y: bottom });
  };
  return (
    <button
      type="button"
      class="tree-more"
      tabindex={-1}
      aria-label={filesTexts.moreFor(props.name)}
      aria-haspopup="menu"
      title={filesTexts.more}
      onClick={open}
    >
      <RowIcon name="more" />
    </button>
  );
}

function RenameField(props: { row: TreeRow; naming: NamingState }): JSX.Element {
  return (
    <NameField
      label={filesTexts.newName(props.row.name)}
      initial={props.row.name}
      onCommit={props.naming.commit}
      onCancel={props.naming.cancel}
    />
  );
}

function NewRow(props: { line: NewLine; top: number; naming: NamingState }): JSX.Element {
  const isFile = (): boolean => props.line.kind === "new-file";
  const label = (): string => (isFile() ? filesTexts.newFileName : filesTexts.newFolderName);
  return (
    <div
      class="tree-row is-naming"
      role="treeitem"
      tabindex={-1}
      aria-level={props.line.level}
      aria-selected={false}
      style={{ top: `${props.top}px`, "--level": props.line.level }}
    >
      <span class="tree-chevron" />
      <Show when={isFile()} fallback={<FolderPlus size={15} />}>
        <FilePlus size={15} />
      </Show>
      <NameField label={label()} initial="" onCommit={props.naming.commit} onCancel={props.naming.cancel} />
    </div>
  );
}
