import type { Workspace } from "../../ports/workspace.ts";
import type { OpenMenu } from "./menu.tsx";
import type { OpenFile } from "./open-file.ts";
import type { FileActions } from "./operations/file-actions.ts";

/** What the views of an open file share with their pane. */
export interface PaneContext {
  workspace: Workspace;
  openFile: OpenFile;
  actions: FileActions;
  openMenu: (menu: OpenMenu) => void;
  /** Closes the open file and gives the focus back to where it was opened. */
  close: () => void;
  /** A text could not be saved after its view was gone; it is kept. */
  onUnsaved: (path: string) => void;
}
