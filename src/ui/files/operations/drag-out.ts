import { baseName } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { saveDocuments } from "../edit/documents.ts";

/** How long a browser may take to begin copying after a drag has ended. */
const KEPT_MS = 60_000;

/**
 * Lets a file be dragged out of the browser, where it can (Chromium). What is
 * dragged must be ready when the drag begins, so the file is read when the
 * button goes down; a drag that is faster only moves within the tree.
 */
export interface DragOut {
  prepare: (path: string) => void;
  /** Puts the file into a drag that begins. */
  begin: (path: string, data: DataTransfer) => void;
}

export function createDragOut(workspace: Workspace): DragOut {
  let ready: { path: string; url: string } | null = null;
  const read = async (path: string): Promise<void> => {
    await saveDocuments(workspace, path);
    const blob = await workspace.readBlob(path);
    const url = URL.createObjectURL(blob.slice(0, blob.size, "application/octet-stream"));
    ready = { path, url };
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
  };
  return {
    prepare(path) {
      ready = null;
      // A file that cannot be read is dragged without its bytes; opening it says why.
      read(path).catch((error: unknown) => console.warn(error));
    },
    begin(path, data) {
      if (ready?.path !== path) return;
      const name = baseName(path).replaceAll(":", "_");
      data.setData("DownloadURL", `application/octet-stream:${name}:${ready.url}`);
    },
  };
}
