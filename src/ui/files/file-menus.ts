import { baseName } from "../../domain/paths.ts";
import { t } from "../texts/texts.ts";
import type { MenuItem } from "./menu.tsx";
import type { FileActions } from "./operations/file-actions.ts";
import type { NamingState } from "./operations/naming.ts";
import type { TreeRow } from "./tree/tree-rows.ts";
import type { TreeState } from "./tree/tree-state.ts";

const DELETE_KEY = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘⌫" : "Del";

/** Starts a new entry in a folder, which is opened first. */
export function beginNew(
  kind: "file" | "folder",
  folder: string,
  on: { tree: TreeState; naming: NamingState },
): void {
  if (folder !== "") on.tree.expand(folder);
  on.naming.begin({ kind, folder });
}

/** What can be done with a row of the tree. */
export function rowMenu(
  row: TreeRow,
  on: { tree: TreeState; naming: NamingState; actions: FileActions; upload: (folder: string) => void },
): MenuItem[][] {
  const { actions, naming } = on;
  const isFolder = row.kind === "directory";
  const inFolder: MenuItem[] = isFolder
    ? [
        { label: t.files.newFile, run: () => beginNew("file", row.path, on) },
        { label: t.files.newFolder, run: () => beginNew("folder", row.path, on) },
        { label: t.files.upload, run: () => on.upload(row.path) },
      ]
    : [];
  const download: MenuItem = isFolder
    ? { label: t.files.downloadZip, run: () => actions.downloadZip(row.path) }
    : { label: t.files.download, run: () => actions.download(row.path) };
  return [
    inFolder,
    [
      {
        label: t.files.rename,
        keys: "F2",
        run: () => naming.begin({ kind: "rename", path: row.path, isFolder }),
      },
      { label: t.files.duplicate, run: () => actions.duplicate(row.path) },
      download,
      { label: t.files.copyPath, run: () => actions.copyPath(row.path) },
    ],
    [{ label: t.files.delete, keys: DELETE_KEY, danger: true, run: () => actions.remove(row.path) }],
  ];
}

/** What can be done with the open file, after what its own view offers. */
export function fileMenu(
  path: string,
  actions: FileActions,
  own: MenuItem[],
): { label: string; groups: MenuItem[][] } {
  return {
    label: t.files.moreFor(baseName(path)),
    groups: [
      own,
      [
        { label: t.files.download, run: () => actions.download(path) },
        { label: t.files.copyPath, run: () => actions.copyPath(path) },
        { label: t.files.duplicate, run: () => actions.duplicate(path) },
      ],
      [{ label: t.files.delete, danger: true, run: () => actions.remove(path) }],
    ],
  };
}

/** What can be done with the workspace as a whole. */
export function paneMenu(on: {
  tree: TreeState;
  actions: FileActions;
  upload: (folder: string, options: { folders: boolean }) => void;
  folder: () => string;
}): MenuItem[][] {
  return [
    [
      { label: t.files.uploadFolder, run: () => on.upload(on.folder(), { folders: true }) },
      { label: t.files.downloadAll, run: () => on.actions.downloadZip("") },
    ],
    [
      { label: t.files.collapseAll, run: () => on.tree.collapseAll() },
      { label: t.files.reload, run: () => on.tree.reload() },
    ],
  ];
}
