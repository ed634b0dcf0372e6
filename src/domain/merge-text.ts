import { diff3Merge } from "node-diff3";

/** Larger texts are not merged line by line. Bytes of a file, UTF-16 units of a text. */
const MAX_LENGTH = 1024 * 1024;
const MAX_LINES = 20_000;

type Bytes = Uint8Array<ArrayBuffer>;

/** Both sides' changes of a text, where they touch different lines; null where they do not. */
export function mergeLines(base: string, ours: string, theirs: string): string | null {
  const [o, a, b] = [base, ours, theirs].map(linesOf);
  if (!o || !a || !b) return null;
  const merged: string[] = [];
  for (const region of diff3Merge(a, o, b, { excludeFalseConflicts: true })) {
    if (!region.ok) return null;
    merged.push(...region.ok);
  }
  return merged.join("");
}

/** The same for files; null also for what is no text. */
export function mergeTexts(base: Bytes, ours: Bytes, theirs: Bytes): Bytes | null {
  const [o, a, b] = [textOf(base), textOf(ours), textOf(theirs)];
  const merged = o === null || a === null || b === null ? null : mergeLines(o, a, b);
  return merged === null ? null : new TextEncoder().encode(merged);
}

/** null for what is no text. */
function textOf(bytes: Bytes): string | null {
  if (bytes.length > MAX_LENGTH || bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lines with their ends; null for too many of them. */
function linesOf(text: string): string[] | null {
  if (text.length > MAX_LENGTH) return null;
  const lines = text.split(/(?<=\n)/);
  return lines.length > MAX_LINES ? null : lines;
}
