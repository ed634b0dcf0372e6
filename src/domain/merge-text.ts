import { diff3Merge } from "node-diff3";

/** Larger files are not merged line by line. */
const MAX_BYTES = 1024 * 1024;
const MAX_LINES = 20_000;

type Bytes = Uint8Array<ArrayBuffer>;

/** Both sides' changes of a text, where they touch different lines; null where they do not, or for what is no text. */
export function mergeTexts(base: Bytes, ours: Bytes, theirs: Bytes): Bytes | null {
  const [o, a, b] = [base, ours, theirs].map(linesOf);
  if (!o || !a || !b) return null;
  const merged: string[] = [];
  for (const region of diff3Merge(a, o, b, { excludeFalseConflicts: true })) {
    if (!region.ok) return null;
    merged.push(...region.ok);
  }
  return new TextEncoder().encode(merged.join(""));
}

/** Lines with their ends; null for what is no text. */
function linesOf(bytes: Bytes): string[] | null {
  if (bytes.length > MAX_BYTES || bytes.includes(0)) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const lines = text.split(/(?<=\n)/);
    return lines.length > MAX_LINES ? null : lines;
  } catch {
    return null;
  }
}
