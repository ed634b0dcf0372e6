import { createSignal, onCleanup, type Accessor } from "solid-js";

import { parentOf, toAbsolutePath } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { isAtOrBelow } from "../inner-path.ts";
import type { TreeState } from "../tree/tree-state.ts";
import { createDragOut } from "./drag-out.ts";
import { droppedEntries, readDropped } from "./dropped.ts";
import type { FileActions } from "./file-actions.ts";

/** A closed folder opens when something is held over it for this long. */
const OPEN_MS = 700;

export interface DropZone {
  /** The folder that what is held over the pane would go into; null for none. */
  target: Accessor<string | null>;
  /** Watches the pane's element. */
  attach: (root: HTMLElement) => void;
}

interface Options {
  workspace: Workspace;
  tree: TreeState;
  actions: FileActions;
  /** The open file's path: what is dropped on its view goes beside it. */
  open: Accessor<string | null>;
}

/** Moves files within the tree and takes files and folders of the person's disk. */
export function createDropZone(options: Options): DropZone {
  const [target, setTarget] = createSignal<string | null>(null);
  const drag = createDrag(options);
  const hover = createHover(options.tree);
  const end = (): void => {
    setTarget(null);
    hover.over(null);
  };
  const onOver = (event: DragEvent): void => {
    const folder = drag.folderFor(event);
    setTarget(folder);
    hover.over(folder === null ? null : keyAt(event.target));
    if (folder === null || !event.dataTransfer) return;
    // The chat takes files dropped anywhere else; it leaves alone what is taken here.
    event.preventDefault();
    event.dataTransfer.dropEffect = drag.moving() === null ? "copy" : "move";
  };
  const onDrop = (event: DragEvent): void => {
    const folder = drag.folderFor(event);
    const moving = drag.moving();
    // The row that was dragged may be drawn anew at once, and then its drag ends unheard.
    drag.end();
    end();
    if (folder === null || !event.dataTransfer) return;
    event.preventDefault();
    const entries = droppedEntries(event.dataTransfer);
    if (moving !== null) options.actions.move(moving, folder);
    else options.actions.add(folder, () => readDropped(entries));
  };
  const onLeave = (event: DragEvent): void => {
    const root = event.currentTarget;
    const to = event.relatedTarget;
    if (!(root instanceof Node && to instanceof Node && root.contains(to))) end();
  };
  onCleanup(end);
  return {
    target,
    attach(root) {
      // Before the editor, which would put the text of a file in.
      const first = { capture: true };
      root.addEventListener("pointerdown", drag.down, first);
      root.addEventListener("dragstart", drag.start, first);
      root.addEventListener("dragover", onOver, first);
      root.addEventListener("drop", onDrop, first);
      root.addEventListener("dragleave", onLeave, first);
      root.addEventListener("dragend", drag.end, first);
    },
  };
}

interface Drag {
  /** The path of the row that is dragged; null for none, or for something from elsewhere. */
  moving: () => string | null;
  /** The folder a drop now would go into; null where it would do nothing. */
  folderFor: (event: DragEvent) => string | null;
  down: (event: PointerEvent) => void;
  start: (event: DragEvent) => void;
  end: () => void;
}

function createDrag(options: Options): Drag {
  const dragOut = createDragOut(options.workspace);
  let moving: string | null = null;
  return {
    moving: () => moving,
    folderFor(event) {
      const folder = folderAt(event, options);
      if (moving === null) return hasFiles(event) ? folder : null;
      const allowed = folder !== null && !isAtOrBelow(folder, moving) && parentOf(moving) !== folder;
      return allowed && !isOverFile(event) ? folder : null;
    },
    down(event) {
      const path = keyAt(event.target);
      const row = options.tree.rows().find((one) => one.path === path);
      const left = event.pointerType === "mouse" && event.button === 0;
      if (row?.kind === "file" && left) dragOut.prepare(row.path);
    },
    start(event) {
      const path = keyAt(event.target);
      if (path === null || !event.dataTransfer) return;
      moving = path;
      event.dataTransfer.effectAllowed = "copyMove";
      event.dataTransfer.setData("text/plain", toAbsolutePath(options.workspace.root, path));
      dragOut.begin(path, event.dataTransfer);
    },
    end: () => (moving = null),
  };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** The path of the row an event is on; null for none. */
function keyAt(target: EventTarget | null): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-key]") : null;
  return row?.dataset["key"] ?? null;
}

function isOverFile(event: DragEvent): boolean {
  return event.target instanceof Element && event.target.closest(".file") !== null;
}

/** The folder a drop at this place means: the row's, the open file's, or the top. */
function folderAt(event: DragEvent, options: Options): string | null {
  const open = options.open();
  if (isOverFile(event) && open !== null) return parentOf(open);
  const key = keyAt(event.target);
  if (key === null) return "";
  const row = options.tree.rows().find((one) => one.path === key);
  if (!row) return null;
  return row.kind === "directory" ? row.path : parentOf(row.path);
}

/** Opens the closed folder that something is held over. */
function createHover(tree: TreeState): { over: (path: string | null) => void } {
  let held: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    over(path) {
      if (path === held) return;
      held = path;
      clearTimeout(timer);
      const row = tree.rows().find((one) => one.path === path);
      if (row?.kind === "directory" && !row.expanded)
        timer = setTimeout(() => tree.expand(row.path), OPEN_MS);
    },
  };
}
