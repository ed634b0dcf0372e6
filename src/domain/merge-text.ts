import { diffArrays } from "diff";
import { decodeText } from "./decode-text.ts";

/** Larger texts are not merged line by line. Bytes of a file, UTF-16 units of a text. */
const MAX_LENGTH = 1024 * 1024;
/** Nor are those of which more lines than this were added and removed: it takes the square of it to find out which. */
const MAX_EDITS = 5_000;

type Bytes = Uint8Array<ArrayBuffer>;

/** Lines of the base that a side put others in the place of. `text`: these. */
interface Hunk {
  from: number;
  /** The first line that stays. */
  to: number;
  text: string;
}

/**
 * Both sides' changes of a text, where they touch different lines that are not
 * next to each other; null where they do not. `maxEdits`: lines that a side may
 * have added and removed.
 */
export function mergeLines(base: string, ours: string, theirs: string, maxEdits = MAX_EDITS): string | null {
  if ([base, ours, theirs].some(({ length }) => length > MAX_LENGTH)) return null;
  const lines = linesOf(base);
  const [a, b] = [hunksOf(lines, linesOf(ours), maxEdits), hunksOf(lines, linesOf(theirs), maxEdits)];
  if (!a || !b) return null;
  const merged: string[] = [];
  let at = 0;
  for (let next = nextHunks(a, b); next !== null; next = nextHunks(a, b)) {
    const { from, to } = next;
    const [mine, other] = next.sides.map((hunks) => textAfter(lines, { from, to, hunks }));
    // Both may have made the same of it.
    if (mine !== undefined && other !== undefined && mine !== other) return null;
    merged.push(lines.slice(at, from).join(""), mine ?? other ?? "");
    at = to;
  }
  return merged.join("") + lines.slice(at).join("");
}

/** The same for files; null also for what is no text. */
export function mergeTexts(base: Bytes, ours: Bytes, theirs: Bytes): Bytes | null {
  const [o, a, b] = [textOf(base), textOf(ours), textOf(theirs)];
  const merged = o === null || a === null || b === null ? null : mergeLines(o, a, b);
  return merged === null ? null : new TextEncoder().encode(merged);
}

/** Takes the first hunks off, with those of the other side that touch them, and those that touch these. */
function nextHunks(a: Hunk[], b: Hunk[]): { from: number; to: number; sides: Hunk[][] } | null {
  const start = Math.min(a[0]?.from ?? Infinity, b[0]?.from ?? Infinity);
  if (start === Infinity) return null;
  const found = { from: start, to: start, taken: [[], []] as Hunk[][] };
  const take = (side: number, hunks: Hunk[]): boolean => {
    const [hunk] = hunks;
    if (!hunk || hunk.from > found.to) return false;
    hunks.shift();
    found.taken[side]?.push(hunk);
    found.to = Math.max(found.to, hunk.to);
    return true;
  };
  while (take(0, a) || take(1, b));
  return { from: found.from, to: found.to, sides: found.taken };
}

/** What a side made of some lines of the base; undefined when it left them alone. */
function textAfter(
  base: readonly string[],
  { from, to, hunks }: { from: number; to: number; hunks: readonly Hunk[] },
): string | undefined {
  if (hunks.length === 0) return undefined;
  let text = "";
  let at = from;
  for (const hunk of hunks) {
    text += base.slice(at, hunk.from).join("") + hunk.text;
    at = hunk.to;
  }
  return text + base.slice(at, to).join("");
}

/** null when there are too many. */
function hunksOf(base: string[], other: string[], maxEdits: number): Hunk[] | null {
  const parts = diffArrays(base, other, { maxEditLength: maxEdits });
  if (!parts) return null;
  const hunks: Hunk[] = [];
  let at = 0;
  let open: Hunk | null = null;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      open = null;
      at += value.length;
      continue;
    }
    if (!open) {
      open = { from: at, to: at, text: "" };
      hunks.push(open);
    }
    if (added) open.text += value.join("");
    else {
      at += value.length;
      open.to = at;
    }
  }
  return hunks;
}

/** null for what is no text, or too long. */
function textOf(bytes: Bytes): string | null {
  return bytes.length > MAX_LENGTH ? null : decodeText(bytes, false);
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}
