import type { DiffHunk } from "../../domain/snapshot.ts";
import { markWords, type Mark } from "./word-marks.ts";

/** One line of a text difference. */
export interface DiffLine {
  kind: "same" | "added" | "removed";
  /** Without its newline. */
  text: string;
  /** Its number before and after, from 1; null on the side it is not on. */
  before: number | null;
  after: number | null;
  /** The words that make the difference to the line it is paired with. */
  marks: readonly Mark[];
  /** True for a last line that ends without a newline. */
  noNewline: boolean;
}

/** A place where unchanged lines are left out. */
export interface DiffGap {
  kind: "gap";
  /** Its place among the gaps: that of the hunk below it. */
  index: number;
  /** How many lines are left out; null for the rest of a file whose text is not read yet. */
  hidden: number | null;
}

export type DiffItem = DiffLine | DiffGap;

/** Unchanged lines brought into view: the newer side's lines once read, and how many of each gap's at both its ends. */
export interface Revealed {
  lines: readonly string[] | null;
  /** By the gap's index. */
  shown: ReadonlyMap<number, number>;
}

export const NOTHING_REVEALED: Revealed = { lines: null, shown: new Map() };

/** A region of changed lines, made ready to draw. */
export interface Region {
  lines: readonly DiffLine[];
  /** Number of its first line on each side, and of the first line below it. */
  start: { before: number; after: number };
  end: { before: number; after: number };
}

/** Hunks with their words compared. Done once for a difference: the lines keep being the same objects. */
export function toRegions(hunks: readonly DiffHunk[]): Region[] {
  return hunks.map((hunk) => {
    const start = { before: hunk.oldStart, after: hunk.newStart };
    const end = { before: start.before + hunk.oldLines, after: start.after + hunk.newLines };
    return { lines: hunkLines(hunk, start), start, end };
  });
}

/** Lines a hunk has around its changes; fewer after the last change mean that the file ends there. */
const CONTEXT = 3;

/** Regions and the gaps between them, from the top of the file to its end. */
export function toItems(regions: readonly Region[], revealed: Revealed = NOTHING_REVEALED): DiffItem[] {
  const items: DiffItem[] = [];
  let at = { before: 1, after: 1 };
  regions.forEach(({ lines, start, end }, index) => {
    items.push(...gapItems({ index, at, count: start.after - at.after }, revealed), ...lines);
    at = end;
  });
  const tail = regions.at(-1)?.lines.slice(-CONTEXT) ?? [];
  if (tail.length === CONTEXT && tail.every((line) => line.kind === "same" && !line.noNewline)) {
    const count = revealed.lines ? revealed.lines.length - (at.after - 1) : null;
    items.push(...gapItems({ index: regions.length, at, count }, revealed));
  }
  return items;
}

interface Gap {
  index: number;
  /** Number of its first line on each side. */
  at: { before: number; after: number };
  /** null when the end of the file is not known. */
  count: number | null;
}

function gapItems({ index, at, count }: Gap, revealed: Revealed): DiffItem[] {
  if (count === null) return [{ kind: "gap", index, hidden: null }];
  const shown = revealed.lines ? (revealed.shown.get(index) ?? 0) : 0;
  const hidden = Math.max(0, count - 2 * shown);
  const run = (start: number, end: number): DiffItem[] =>
    Array.from({ length: Math.max(0, end - start) }, (_, place) => ({
      kind: "same" as const,
      text: revealed.lines?.[at.after - 1 + start + place] ?? "",
      before: at.before + start + place,
      after: at.after + start + place,
      marks: [],
      noNewline: false,
    }));
  if (hidden === 0) return run(0, count);
  return [...run(0, shown), { kind: "gap", index, hidden }, ...run(count - shown, count)];
}

function hunkLines(hunk: DiffHunk, start: Region["start"]): DiffLine[] {
  const lines: DiffLine[] = [];
  let { before, after } = start;
  for (const raw of hunk.lines) {
    const last = lines.at(-1);
    if (raw.startsWith("\\")) {
      if (last) last.noNewline = true;
      continue;
    }
    const sign = raw[0];
    const kind = sign === "+" ? "added" : sign === "-" ? "removed" : "same";
    lines.push({
      kind,
      text: raw.slice(1).replace(/\r$/, ""),
      before: kind === "added" ? null : before++,
      after: kind === "removed" ? null : after++,
      marks: [],
      noNewline: false,
    });
  }
  for (const [removed, added] of pairs(lines)) {
    const marks = markWords(removed.text, added.text);
    removed.marks = marks.before;
    added.marks = marks.after;
  }
  return lines;
}

/** Lines taken away beside the lines put in their place, in order. */
function pairs(lines: readonly DiffLine[]): [DiffLine, DiffLine][] {
  const found: [DiffLine, DiffLine][] = [];
  for (let at = 0; at < lines.length;) {
    const removed = takeWhile(lines, at, "removed");
    const added = takeWhile(lines, at + removed.length, "added");
    removed.forEach((line, index) => {
      const other = added[index];
      if (other) found.push([line, other]);
    });
    at += Math.max(1, removed.length + added.length);
  }
  return found;
}

function takeWhile(lines: readonly DiffLine[], from: number, kind: DiffLine["kind"]): DiffLine[] {
  let end = from;
  while (lines[end]?.kind === kind) end += 1;
  return lines.slice(from, end);
}

/** A row of a side-by-side view: a pair, one line alone, or a gap. */
export type SplitRow = { kind: "pair"; left: DiffLine | null; right: DiffLine | null } | DiffGap;

/** Items beside each other: what was taken away on the left, what came in its place on the right. */
export function toSplitRows(items: readonly DiffItem[]): SplitRow[] {
  const rows: SplitRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      rows.push({ kind: "pair", left: removed[index] ?? null, right: added[index] ?? null });
    removed = [];
    added = [];
  };
  for (const item of items) {
    if (item.kind === "gap") {
      flush();
      rows.push(item);
    } else if (item.kind === "same") {
      flush();
      rows.push({ kind: "pair", left: item, right: item });
    } else if (item.kind === "removed") {
      // What is taken away after something was added begins another change.
      if (added.length > 0) flush();
      removed.push(item);
    } else added.push(item);
  }
  flush();
  return rows;
}
