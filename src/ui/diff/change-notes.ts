import type { FileDiff } from "../../domain/snapshot.ts";
import { formatBytes } from "../format/bytes.ts";
import { historyTexts } from "../texts/history-texts.ts";

/** What lines cannot tell of a change. */
export function notesOf(diff: FileDiff, hasPictures: boolean): string[] {
  const notes: string[] = [];
  if (diff.before && diff.after && diff.before.kind !== diff.after.kind)
    notes.push(diff.after.kind === "symlink" ? historyTexts.changes.nowLink : historyTexts.changes.nowFile);
  else if (diff.before && diff.after && diff.before.mode !== diff.after.mode)
    notes.push(
      (diff.after.mode & 0o111) === 0 ? historyTexts.changes.noLongerRuns : historyTexts.changes.nowRuns,
    );
  if (hasPictures) return notes;
  if (diff.binary) notes.push(historyTexts.changes.binaryNote, sizesOf(diff));
  else if (diff.hunks === null) notes.push(historyTexts.changes.tooLarge, sizesOf(diff));
  else if (diff.hunks.length === 0 && diff.status === "renamed") notes.push(historyTexts.changes.movedSame);
  else if (diff.hunks.length === 0 && notes.length === 0) notes.push(historyTexts.changes.emptyFile);
  return notes;
}

function sizesOf({ before, after }: FileDiff): string {
  if (!before) return `${historyTexts.changes.sizeAfter(formatBytes(after?.size ?? 0))}.`;
  if (!after) return `${historyTexts.changes.sizeBefore(formatBytes(before.size))}.`;
  return `${historyTexts.changes.sizes(formatBytes(before.size), formatBytes(after.size))}.`;
}
