import { diffArrays } from "diff";

/** One replacement; places count UTF-16 units of the old text. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** Beyond this many differing lines one replacement is as good, and much cheaper to find. */
const MAX_EDIT_LINES = 400;

/**
 * What turns one text into another, in as few and small replacements as lines
 * allow: an editor that takes a file's new text keeps its cursor and its place.
 */
export function textChanges(before: string, after: string): TextChange[] {
  if (before === after) return [];
  const start = lineStart(before, sharedStart(before, after));
  const end = sharedEnd(before.slice(start), after.slice(start));
  const middle = before.slice(start, before.length - end);
  const other = after.slice(start, after.length - end);
  const parts = diffArrays(toLines(middle), toLines(other), { maxEditLength: MAX_EDIT_LINES });
  if (!parts) return [{ from: start, to: start + middle.length, insert: other }];
  const changes: TextChange[] = [];
  let at = start;
  for (const part of parts) {
    const text = part.value.join("");
    if (part.added) addTo(changes, { from: at, to: at, insert: text });
    else {
      if (part.removed) addTo(changes, { from: at, to: at + text.length, insert: "" });
      at += text.length;
    }
  }
  return changes;
}

/** Adds a change, as one with the last when the two meet. */
function addTo(changes: TextChange[], change: TextChange): void {
  const last = changes.at(-1);
  if (!last || last.to !== change.from) changes.push(change);
  else changes[changes.length - 1] = { from: last.from, to: change.to, insert: last.insert + change.insert };
}

/** Lines with their breaks, so that joining them gives the text back. */
function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sharedStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count] === b[count]) count += 1;
  return count;
}

function sharedEnd(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count += 1;
  // Whole lines only, so that the middle is made of lines too.
  const cut = a.indexOf("\n", a.length - count);
  return cut < 0 ? 0 : a.length - cut - 1;
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}
