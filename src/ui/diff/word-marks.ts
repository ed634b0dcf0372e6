import { diffWordsWithSpace } from "diff";

/** A stretch of a line, in UTF-16 units: from `start` up to `end`, which is left out. */
export interface Mark {
  start: number;
  end: number;
}

/** Longer lines, such as minified code, are shown as changed as a whole. */
const LINE_LIMIT = 1_000;
/** Below this share of common text two lines have nothing to do with each other, and marks would be noise. */
const COMMON_SHARE = 0.3;
/** Words are compared for this long at most. Milliseconds. */
const TIME = 30;

const NONE = { before: [], after: [] };

/** The words that differ between a line and the one in its place; none when the lines have little in common. */
export function markWords(before: string, after: string): { before: Mark[]; after: Mark[] } {
  if (before.length > LINE_LIMIT || after.length > LINE_LIMIT) return NONE;
  const changes = diffWordsWithSpace(before, after, { timeout: TIME });
  if (!changes) return NONE;
  const marks: { before: Mark[]; after: Mark[] } = { before: [], after: [] };
  let old = 0;
  let now = 0;
  let common = 0;
  for (const { value, added, removed } of changes) {
    if (added) {
      addMark(marks.after, now, value.length);
      now += value.length;
    } else if (removed) {
      addMark(marks.before, old, value.length);
      old += value.length;
    } else {
      old += value.length;
      now += value.length;
      common += value.trim().length;
    }
  }
  const longer = Math.max(before.trim().length, after.trim().length);
  return longer > 0 && common / longer < COMMON_SHARE ? NONE : marks;
}

function addMark(marks: Mark[], start: number, length: number): void {
  const last = marks.at(-1);
  if (last?.end === start) last.end += length;
  else marks.push({ start, end: start + length });
}
