import { baseName } from "../../domain/paths.ts";
import { openGitDialog } from "../git/git-dialog-state.ts";
import { commandTexts } from "../texts/command-texts.ts";
import { filesTexts } from "../texts/files-texts.ts";
import { openDiskDialog } from "./disk/disk-dialog-state.ts";
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

/** What can be done with a row of the tree; `readOnly`: without what changes files. */
export function rowMenu(
  row: TreeRow,
  on: { tree: TreeState; naming: NamingState; actions: FileActions; upload: (folder: string) => void },
  readOnly: boolean,
): MenuItem[][] {
  const { actions, naming } = on;
  const isFolder = row.kind === "directory";
  const inFolder: MenuItem[] = isFolder
    ? [
        { label: filesTexts.newFile, run: () => beginNew("file", row.path, on) },
        { label: filesTexts.newFolder, run: () => beginNew("folder", row.path, on) },
        { label: filesTexts.upload, run: () => on.upload(row.path) },
      ]
    : [];
  const download: MenuItem = isFolder
    ? { label: filesTexts.downloadZip, run: () => actions.downloadZip(row.path) }
    : { label: filesTexts.download, run: () => actions.download(row.path) };
  const copyPath: MenuItem = { label: filesTexts.copyPath, run: () => actions.copyPath(row.path) };
  if (readOnly) return [[download, copyPath]];
  return [
    inFolder,
    [
      {
        label: filesTexts.rename,
        keys: "F2",
        run: () => naming.begin({ kind: "rename", path: row.path, isFolder }),
      },
      { label: filesTexts.duplicate, run: () => actions.duplicate(row.path) },
      download,
      copyPath,
    ],
    [{ label: filesTexts.delete, keys: DELETE_KEY, danger: true, run: () => actions.remove(row.path) }],
  ];
}

/** What can be done with the open file, after what its own view offers. */
export function fileMenu(
  path: string,
  actions: FileActions,
  own: MenuItem[],
): { label: string; groups: MenuItem[][] } {
  return {
    label: filesTexts.moreFor(baseName(path)),
    groups: [
      own,
      [
        { label: filesTexts.download, run: () => actions.download(path) },
        { label: filesTexts.copyPath, run: () => actions.copyPath(path) },
        { label: filesTexts.duplicate, run: () => actions.duplicate(path) },
      ],
      [{ label: filesTexts.delete, danger: true, run: () => actions.remove(path) }],
    ],
  };
}

/** What can be done with the workspace as a whole; `readOnly`: without what changes files. */
export function paneMenu(
  on: {
    tree: TreeState;
    actions: FileActions;
    upload: (folder: string, options: { folders: boolean }) => void;
    folder: () => string;
  },
  readOnly: boolean,
): MenuItem[][] {
  const ifWritable = (...items: MenuItem[]): MenuItem[] => (readOnly ? [] : items);
  return [
    [
      ...ifWritable({
        label: filesTexts.uploadFolder,
        run: () => on.upload(on.folder(), { folders: true }),
      }),
      { label: filesTexts.downloadAll, run: () => on.actions.downloadZip("") },
    ],
    [
      ...ifWritable(
        { label: commandTexts.commands.disk, run: openDiskDialog },
        { label: commandTexts.commands.importGit, run: () => openGitDialog("import") },
      ),
      { label: commandTexts.commands.pushGit, run: () => openGitDialog("push") },
    ],
    [
      { label: filesTexts.collapseAll, run: () => on.tree.collapseAll() },
      { label: filesTexts.reload, run: () => on.tree.reload() },
    ],
  ];
}
