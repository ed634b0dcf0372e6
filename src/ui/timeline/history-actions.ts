import { titleFrom } from "../../domain/conversation.ts";
import { toErrorValue } from "../../domain/errors.ts";
import type { RestoreResult, Snapshot } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { downloadBlob } from "../files/operations/download.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";

/** A snapshot's label as it is shown: one that has none says so. */
export function labelOf(snapshot: Snapshot): string {
  return snapshot.label || historyTexts.timeline.unlabelled;
}

/** Runs an action of the person; resolves whether it was done, after a toast when it was not. */
async function tell(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    showToast({ text: toErrorValue(error).message, tone: "danger" });
    return false;
  }
}

/** Keeps the files as they are under a name of the person's. Resolves whether it was done. */
export function saveSnapshot(workspace: Workspace, name: string, onShow?: () => void): Promise<boolean> {
  const label = name.trim() || historyTexts.timeline.manualLabel;
  return tell(async () => {
    await workspace.snapshot(label, { kind: "manual" });
    showToast({
      text: historyTexts.timeline.saved(label),
      ...(onShow ? { action: { label: historyTexts.timeline.show, run: onShow } } : {}),
    });
  });
}

/** Brings all files back as a snapshot has them, and offers to undo it. */
export function restoreSnapshot(workspace: Workspace, snapshot: Snapshot): Promise<boolean> {
  const label = titleFrom(labelOf(snapshot));
  return tell(async () => {
    const result = await workspace.restore(snapshot.id);
    const same = result.changed === 0;
    showToast({
      text: same ? historyTexts.timeline.restoredSame(label) : historyTexts.timeline.restored(label),
      ...(same ? {} : undoOf(workspace, result)),
    });
  });
}

/** Brings some paths back as a snapshot has them, and offers to undo it. `name` is what the person knows them by; `done` says what became of it. */
export function restorePaths(
  workspace: Workspace,
  snapshotId: string,
  { paths, name, done }: { paths: string[]; name: string; done: (name: string) => string },
): Promise<boolean> {
  return tell(async () => {
    const result = await workspace.restore(snapshotId, { paths });
    const same = result.changed === 0;
    showToast({
      text: same ? historyTexts.timeline.fileSame(name) : done(name),
      ...(same ? {} : undoOf(workspace, result)),
    });
  });
}

function undoOf(
  workspace: Workspace,
  { before }: RestoreResult,
): { action?: { label: string; run: () => void } } {
  if (before === null) return {};
  const undo = (): Promise<boolean> =>
    tell(async () => {
      await workspace.restore(before);
      showToast({ text: historyTexts.timeline.undone });
    });
  return { action: { label: t.undo, run: () => void undo() } };
}

/** Downloads the files as they are now. */
export function downloadFiles(workspace: Workspace, title: string): Promise<boolean> {
  return tell(async () => {
    const zip = await workspace.exportZip();
    downloadBlob(new Blob([zip]), fileName(title, "zip"));
  });
}

/** Downloads every snapshot of every branch, in a form Git opens. */
export function downloadRepository(workspace: Workspace, title: string): Promise<boolean> {
  return tell(async () => {
    const bundle = await workspace.exportGit();
    downloadBlob(new Blob([bundle]), fileName(title, "bundle"));
  });
}

const NAME_LENGTH = 60;

/** A name for a download, made from a title: what file systems refuse is left out. */
export function fileName(title: string, extension: string): string {
  const stem = title
    .replaceAll(/[\p{Cc}/\\:*?"<>|]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, NAME_LENGTH)
    .replace(/[\s.]+$/, "")
    .replace(/^\.+/, "");
  return `${stem || t.product}.${extension}`;
}
