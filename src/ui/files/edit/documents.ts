import { createRoot } from "solid-js";

import { toErrorValue } from "../../../domain/errors.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { isAtOrBelow } from "../inner-path.ts";
import { draftPaths } from "./drafts.ts";
import { FileDocument } from "./file-document.ts";
import { decodeFile, type FileText } from "./text-format.ts";

/**
 * Texts under edit, by how many views show each. One that could not be saved
 * stays here after its view is gone, and is what the next view gets.
 */
const views = new Map<FileDocument, number>();

/** The text at a path, for a view that calls `releaseDocument` when it goes. */
export function openDocument(workspace: Workspace, path: string, disk: FileText | null): FileDocument {
  const known = [...views.keys()].find((one) => one.workspace === workspace && one.path() === path);
  const document = known ?? createRoot(() => new FileDocument({ workspace, path, disk }));
  views.set(document, (views.get(document) ?? 0) + 1);
  keepOnLeave();
  if (known) void known.check();
  return document;
}

/** Saves a text whose view goes. `onUnsaved` is called when that was not possible; the text is kept then. */
export async function releaseDocument(document: FileDocument, onUnsaved: () => void): Promise<void> {
  views.set(document, (views.get(document) ?? 1) - 1);
  await document.save();
  if ((views.get(document) ?? 0) > 0) return;
  if (document.unsaved) onUnsaved();
  else {
    views.delete(document);
    document.dispose();
  }
}

/** Saves what is open at or below a path. */
export async function saveDocuments(workspace: Workspace, path: string): Promise<void> {
  const affected = [...views.keys()].filter(
    (one) => one.workspace === workspace && isAtOrBelow(one.path(), path),
  );
  await Promise.all(affected.map((one) => one.save()));
}

/** Puts drafts of an earlier tab into their files; `onUnsaved` hears of those whose file is another by now. */
export async function recoverDrafts(workspace: Workspace, onUnsaved: (path: string) => void): Promise<void> {
  for (const path of draftPaths(workspace.root)) {
    const document = openDocument(workspace, path, await readFileText(workspace, path));
    await releaseDocument(document, () => onUnsaved(path));
  }
}

/** null when no text is there. */
async function readFileText(workspace: Workspace, path: string): Promise<FileText | null> {
  try {
    return decodeFile(await workspace.readBytes(path));
  } catch (error) {
    const { code } = toErrorValue(error);
    if (code === "not-found" || code === "is-directory" || code === "not-directory") return null;
    throw error;
  }
}

let listening = false;

/** A tab that is hidden or closed may never run again: what is unsaved is put aside at once, then saved. */
function keepOnLeave(): void {
  if (listening) return;
  listening = true;
  const keep = (): void => {
    for (const document of views.keys()) {
      document.keepDraft();
      void document.save();
    }
  };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
}
