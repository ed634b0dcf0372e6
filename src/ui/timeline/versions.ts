import type { FileDiff } from "../../domain/snapshot.ts";
import type { Moments } from "../diff/comparison.ts";
import { historyTexts } from "../texts/history-texts.ts";

/** A version of a file that can be brought back. */
export interface Version {
  /** The snapshot that has it. */
  id: string;
  words: string;
  /** The whole sentence, where `words` are only its end. */
  name?: string;
  /** Says what became of the file. */
  done: (name: string) => string;
}

/** Where a file is looked at. */
export interface Place {
  moments: Moments;
  /** The snapshot whose files are the files of now. */
  here: string | null;
  /** True when the two moments were chosen one by one, so that neither is the one before the other. */
  comparing: boolean;
}

/** The versions of a changed file that are not what is there now. */
export function versionsOf(file: FileDiff, { moments: { from, to }, here, comparing }: Place): Version[] {
  const done = historyTexts.timeline.broughtBack;
  if (to === null) {
    if (from === null) return [];
    return file.before
      ? [{ id: from, words: historyTexts.changes.bringBackFile, done }]
      : [{ id: from, words: historyTexts.changes.takeBackAdded, done: historyTexts.timeline.takenAway }];
  }
  const older = comparing
    ? { words: historyTexts.changes.fromVersion, name: historyTexts.changes.bringBackFrom, done }
    : { words: historyTexts.changes.versionBefore, name: historyTexts.changes.bringBackBefore, done };
  const newer = comparing
    ? { words: historyTexts.changes.toVersion, name: historyTexts.changes.bringBackTo, done }
    : { words: historyTexts.changes.thisVersion, name: historyTexts.changes.bringBackThis, done };
  return [
    ...(file.after && to !== here ? [{ id: to, ...newer }] : []),
    ...(file.before && from !== null && from !== here ? [{ id: from, ...older }] : []),
  ];
}
