import { createEffect, createSignal, type Accessor } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import { baseName, parentOf } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { fileToReveal, revealFile } from "../state/reveal-file.ts";
import { searchTaken, searchWanted } from "../state/search-request.ts";
import { showToast } from "../state/toasts.ts";
import { filesTexts } from "../texts/files-texts.ts";
import { recoverDrafts, saveDocuments } from "./edit/documents.ts";
import { innerPath } from "./inner-path.ts";
import type { OpenMenu } from "./menu.tsx";
import { createOpenFile, type OpenFile } from "./open-file.ts";
import { createAsker, type Asker } from "./operations/ask.ts";
import { chooseFiles } from "./operations/choose-files.ts";
import { createDropZone, type DropZone } from "./operations/drop-zone.ts";
import { createFileActions, type FileActions } from "./operations/file-actions.ts";
import { createNaming, type NamingState } from "./operations/naming.ts";
import { createProgress, type Progress } from "./operations/progress.ts";
import type { PaneContext } from "./pane-context.ts";
import { createSearch, type SearchState } from "./search/search-state.ts";
import { createTreeFocus, type TreeFocus } from "./tree/tree-focus.ts";
import { createTreeState, type TreeState } from "./tree/tree-state.ts";

/** Everything the files pane holds. */
export interface FilesState {
  workspace: Workspace;
  tree: TreeState;
  focus: TreeFocus;
  openFile: OpenFile;
  naming: NamingState;
  actions: FileActions;
  progress: Progress;
  asker: Asker;
  zone: DropZone;
  search: SearchState;
  /** How often the search was asked for; 0 while it is shut. */
  searchAsked: Accessor<number>;
  setSearching: (on: boolean) => void;
  menu: Accessor<OpenMenu | null>;
  setMenu: (menu: OpenMenu | null) => void;
  context: PaneContext;
  /** The folder that new files go into: the current row's. */
  folder: () => string;
  upload: (folder: string, options?: { folders: boolean }) => void;
}

/** Call it inside a root. `showPane` brings the pane into view. */
export function createFilesState(workspace: Workspace, showPane: () => void): FilesState {
  const tree = createTreeState(workspace);
  const focus = createTreeFocus();
  const openFile = createOpenFile(workspace);
  const progress = createProgress();
  const asker = createAsker();
  const [menu, setMenu] = createSignal<OpenMenu | null>(null);
  const searching = createSearching();
  const show = (path: string): void => {
    tree.reveal(path);
    focus.focus(path);
  };
  const actions = createFileActions({ workspace, progress, asker, openFile, show });
  const naming = createPaneNaming(workspace, { tree, focus, openFile });
  const onUnsaved = (path: string): void => tellUnsaved(path, showPane);
  const close = (): void => {
    const path = openFile.path();
    openFile.close();
    if (searching.asked() > 0) searching.set(true);
    else if (path !== null) focus.focus(path);
  };
  followReveals(workspace, { tree, openFile });
  recoverDrafts(workspace, onUnsaved).catch((error: unknown) =>
    showToast({ text: toErrorValue(error).message, tone: "danger" }),
  );
  return {
    workspace,
    tree,
    focus,
    openFile,
    naming,
    actions,
    progress,
    asker,
    zone: createDropZone({ workspace, tree, actions, open: openFile.path }),
    search: createSearch(workspace),
    searchAsked: searching.asked,
    setSearching: (on) => {
      searching.set(on);
      const path = focus.active() ?? tree.rows()[0]?.path;
      if (!on && path !== undefined) focus.focus(path);
    },
    menu,
    setMenu,
    context: { workspace, openFile, actions, openMenu: setMenu, close, onUnsaved },
    folder: () => folderOf(tree, focus.active()),
    upload: (folder, options) =>
      chooseFiles(options ?? { folders: false }, (dropped) => actions.add(folder, async () => dropped)),
  };
}

/** A new file is opened to be written in; anything else that was named gets the focus in the tree. */
function createPaneNaming(
  workspace: Workspace,
  on: { tree: TreeState; focus: TreeFocus; openFile: OpenFile },
): NamingState {
  const { tree, focus, openFile } = on;
  return createNaming({
    workspace,
    save: (path) => saveDocuments(workspace, path),
    onDone: (path, done) => {
      tree.reveal(path);
      if (done.kind !== "file") focus.focus(path);
      else {
        openFile.open(path, { focus: true });
        focus.setActive(path);
      }
    },
    onBack: (left) => {
      const path = left.kind === "rename" ? left.path : left.folder || tree.rows()[0]?.path;
      if (path !== undefined) focus.focus(path);
    },
  });
}

function folderOf(tree: TreeState, path: string | null): string {
  const row = tree.rows().find((one) => one.path === path);
  if (!row) return "";
  return row.kind === "directory" ? row.path : parentOf(row.path);
}

interface Searching {
  asked: Accessor<number>;
  set: (on: boolean) => void;
}

/** The search is opened by its button, by a key and by the palette. */
function createSearching(): Searching {
  const [asked, setAsked] = createSignal(0);
  const set = (on: boolean): void => void setAsked((count) => (on ? count + 1 : 0));
  createEffect(() => {
    if (searchWanted() === 0) return;
    set(true);
    searchTaken();
  });
  return { asked, set };
}

/** Opens the files that other parts of the page ask for. */
function followReveals(workspace: Workspace, on: { tree: TreeState; openFile: OpenFile }): void {
  createEffect(() => {
    const wanted = fileToReveal();
    if (wanted === null) return;
    const path = innerPath(workspace.root, wanted);
    on.tree.reveal(path);
    on.openFile.open(path);
    revealFile(null);
  });
}

function tellUnsaved(path: string, showPane: () => void): void {
  showToast({
    text: filesTexts.editor.stillUnsaved(baseName(path)),
    tone: "danger",
    action: {
      label: filesTexts.editor.open,
      run: () => {
        revealFile(path);
        showPane();
      },
    },
  });
}
