import type { FileDiff } from "../../domain/snapshot.ts";
import { formatBytes } from "../format/bytes.ts";
import { t } from "../texts/texts.ts";

/** What lines cannot tell of a change. */
export function notesOf(diff: FileDiff, hasPictures: boolean): string[] {
  const notes: string[] = [];
  if (diff.before && diff.after && diff.before.kind !== diff.after.kind)
    notes.push(diff.after.kind === "symlink" ? t.changes.nowLink : t.changes.nowFile);
  else if (diff.before && diff.after && diff.before.mode !== diff.after.mode)
    notes.push((diff.after.mode & 0o111) === 0 ? t.changes.noLongerRuns : t.changes.nowRuns);
  if (hasPictures) return notes;
  if (diff.binary) notes.push(t.changes.binaryNote, sizesOf(diff));
  else if (diff.hunks === null) notes.push(t.changes.tooLarge, sizesOf(diff));
  else if (diff.hunks.length === 0 && diff.status === "renamed") notes.push(t.changes.movedSame);
  else if (diff.hunks.length === 0 && notes.length === 0) notes.push(t.changes.emptyFile);
  return notes;
}

function sizesOf({ before, after }: FileDiff): string {
  if (!before) return `${t.changes.sizeAfter(formatBytes(after?.size ?? 0))}.`;
  if (!after) return `${t.changes.sizeBefore(formatBytes(before.size))}.`;
  return `${t.changes.sizes(formatBytes(before.size), formatBytes(after.size))}.`;
}
