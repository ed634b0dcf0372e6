import { OkcvmError, toErrorValue } from "../../../domain/errors.ts";
import { baseName, parentOf, toAbsolutePath } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { copyText } from "../../parts/copy.ts";
import { showToast } from "../../state/toasts.ts";
import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import { saveDocuments } from "../edit/documents.ts";
import { isAtOrBelow, joinPath } from "../inner-path.ts";
import type { OpenFile } from "../open-file.ts";
import type { Asker } from "./ask.ts";
import { dropInto } from "./drop-into.ts";
import type { Dropped } from "./dropped.ts";
import { downloadFile, downloadZip } from "./download.ts";
import { besideName, numberedName } from "./names.ts";
import type { Progress } from "./progress.ts";
import { folderWords, takenQuestion } from "./questions.ts";
import { readSubtree, subtreeChanges, type Subtree } from "./subtree.ts";

/** What the actions need of the pane. */
export interface ActionContext {
  workspace: Workspace;
  progress: Progress;
  asker: Asker;
  openFile: OpenFile;
  /** Brings a path into sight in the tree and makes it the current one. */
  show: (path: string) => void;
}

/** What can be done with files beside naming them. Each tells its failure in a toast. */
export interface FileActions {
  remove: (path: string) => void;
  duplicate: (path: string) => void;
  move: (path: string, folder: string) => void;
  download: (path: string) => void;
  downloadZip: (path: string) => void;
  copyPath: (path: string) => void;
  /** Adds files of the person's disk; `read` walks what was dropped. */
  add: (folder: string, read: () => Promise<Dropped>) => void;
}

export function createFileActions(context: ActionContext): FileActions {
  const { workspace, progress } = context;
  return {
    remove: (path) => void tell(() => remove(context, path)),
    duplicate: (path) => void tell(() => duplicate(context, path)),
    move: (path, folder) => void tell(() => move(context, path, folder)),
    download: (path) =>
      void tell(async () => {
        await saveDocuments(workspace, path);
        await downloadFile(workspace, path);
      }),
    downloadZip: (path) =>
      void tell(async () => {
        await saveDocuments(workspace, path);
        await downloadZip(workspace, progress, path);
      }),
    copyPath: (path) =>
      void copyText(toAbsolutePath(workspace.root, path)).then(
        (done) => done && showToast({ text: filesTexts.pathCopied }),
      ),
    add: (folder, read) => void tell(() => dropInto(context, folder, read)),
  };
}

/** Runs an action of the person; a failure is told in a toast. */
async function tell(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { code, message } = toErrorValue(error);
    if (code !== "aborted") showToast({ text: message, tone: "danger" });
  }
}

async function namesIn(workspace: Workspace, folder: string): Promise<Set<string>> {
  return new Set((await workspace.list(folder)).map((entry) => baseName(entry.path)));
}

async function remove(context: ActionContext, path: string): Promise<void> {
  const { workspace, openFile, progress } = context;
  const name = baseName(path);
  await saveDocuments(workspace, path);
  const kept = await progress.run(
    filesTexts.progress.deleting(name),
    async (_, signal) => {
      const found = await readSubtree(workspace, path, signal);
      if (!found) throw new OkcvmError("not-found", filesTexts.gone(name));
      await workspace.remove(path);
      return found;
    },
    { stoppable: true },
  );
  const open = openFile.path();
  const wasOpen = open !== null && isAtOrBelow(open, path);
  if (wasOpen) openFile.close();
  showToast({
    text: filesTexts.deleted(name),
    action: {
      label: t.undo,
      run: () =>
        void tell(async () => {
          await bringBack(context, path, kept);
          if (wasOpen && !openFile.path()) openFile.open(open);
        }),
    },
  });
}

/** Writes a deleted file or folder again, beside whatever has taken its place since. */
async function bringBack(context: ActionContext, path: string, kept: Subtree): Promise<void> {
  const { workspace } = context;
  const folder = parentOf(path);
  let at = path;
  if (await workspace.stat(path)) {
    const names = await namesIn(workspace, folder);
    at = joinPath(
      folder,
      besideName(baseName(path), filesTexts.restoredName, (name) => names.has(name)),
    );
    showToast({ text: filesTexts.broughtBackAs(baseName(at)) });
  }
  await context.progress.run(filesTexts.progress.restoring(baseName(at)), () =>
    workspace.apply({ origin: "files-pane", changes: subtreeChanges(kept, at) }),
  );
  context.show(at);
}

async function duplicate(context: ActionContext, path: string): Promise<void> {
  const { workspace, progress } = context;
  await saveDocuments(workspace, path);
  const names = await namesIn(workspace, parentOf(path));
  const at = joinPath(
    parentOf(path),
    besideName(baseName(path), filesTexts.copyName, (name) => names.has(name)),
  );
  await progress.run(filesTexts.progress.duplicating(baseName(path)), async () => {
    const found = await readSubtree(workspace, path);
    if (!found) throw new OkcvmError("not-found", filesTexts.gone(baseName(path)));
    await workspace.apply({ origin: "files-pane", changes: subtreeChanges(found, at) });
  });
  context.show(at);
}

async function move(context: ActionContext, path: string, folder: string): Promise<void> {
  const { workspace, asker } = context;
  const name = baseName(path);
  if (parentOf(path) === folder) return;
  if (isAtOrBelow(folder, path)) throw new OkcvmError("bad-path", filesTexts.intoItself(name));
  await saveDocuments(workspace, path);
  let to = joinPath(folder, name);
  let replaced: Subtree | null = null;
  if (await workspace.stat(to)) {
    const answer = await asker.ask(takenQuestion([name], folder));
    if (answer === null) return;
    const names = await namesIn(workspace, folder);
    if (answer === "both")
      to = joinPath(
        folder,
        numberedName(name, (one) => names.has(one)),
      );
    else replaced = await readSubtree(workspace, to);
  }
  const rename = { kind: "rename", path, to } as const;
  // In one step, so that what is replaced is never gone without what takes its place.
  const changes = replaced ? [{ kind: "remove", path: to } as const, rename] : [rename];
  await workspace.apply({ origin: "files-pane", changes });
  context.show(to);
  showToast({
    text: filesTexts.moved(name, folderWords(folder)),
    action: { label: t.undo, run: () => void tell(() => moveBack(context, { path, to, replaced })) },
  });
}

async function moveBack(
  context: ActionContext,
  moved: { path: string; to: string; replaced: Subtree | null },
): Promise<void> {
  const { workspace } = context;
  if (await workspace.stat(moved.path))
    throw new OkcvmError("exists", filesTexts.nameTaken(baseName(moved.path)));
  await saveDocuments(workspace, moved.to);
  await workspace.rename(moved.to, moved.path);
  if (moved.replaced) await bringBack(context, moved.to, moved.replaced);
  context.show(moved.path);
}
