import { structuredPatch } from "diff";
import { describe, expect, it } from "vitest";

import type { DiffHunk, FileDiff } from "../../../src/domain/snapshot.ts";
import { notesOf } from "../../../src/ui/diff/change-notes.ts";
import { opensAtFirst } from "../../../src/ui/diff/comparison.ts";
import { toItems, toRegions, toSplitRows, type DiffItem } from "../../../src/ui/diff/diff-lines.ts";
import { toPieces } from "../../../src/ui/diff/line-pieces.ts";
import { markWords } from "../../../src/ui/diff/word-marks.ts";
import { versionsOf } from "../../../src/ui/timeline/versions.ts";
import { historyTexts } from "../../../src/ui/texts/history-texts.ts";

const ROOT = "/mnt/okcvm-1";

function hunksOf(before: string, after: string): DiffHunk[] {
  return structuredPatch("a", "b", before, after, "", "", { context: 3 }).hunks;
}

function linesOf(count: number, change: Record<number, string> = {}): string {
  return Array.from({ length: count }, (_, index) => `${change[index + 1] ?? `line ${index + 1}`}\n`).join(
    "",
  );
}

/** One word an item: "12:13 same", "+13 text", "-12 text", "… 9". */
function picture(items: readonly DiffItem[]): string[] {
  return items.map((item) => {
    if (item.kind === "gap") return `… ${item.hidden ?? "rest"}`;
    if (item.kind === "same") return `${item.before}:${item.after}`;
    return item.kind === "added" ? `+${item.after} ${item.text}` : `-${item.before} ${item.text}`;
  });
}

describe("lines of a difference", () => {
  const before = linesOf(40);
  const after = linesOf(40, { 10: "ten", 30: "thirty" });
  const regions = toRegions(hunksOf(before, after));

  it("stand between gaps that say how much they leave out", () => {
    expect(picture(toItems(regions))).toEqual([
      "… 6",
      "7:7",
      "8:8",
      "9:9",
      "-10 line 10",
      "+10 ten",
      "11:11",
      "12:12",
      "13:13",
      "… 13",
      "27:27",
      "28:28",
      "29:29",
      "-30 line 30",
      "+30 thirty",
      "31:31",
      "32:32",
      "33:33",
      "… rest",
    ]);
  });

  it("come into view at both ends of a gap, with the numbers of both sides", () => {
    const lines = after.trimEnd().split("\n");
    const shown = (count: number): string[] =>
      picture(toItems(regions, { lines, shown: new Map([[1, count]]) })).slice(9, 25);
    expect(shown(2)).toEqual([
      "14:14",
      "15:15",
      "… 9",
      "25:25",
      "26:26",
      "27:27",
      "28:28",
      "29:29",
      "-30 line 30",
      "+30 thirty",
      "31:31",
      "32:32",
      "33:33",
      "… 7",
    ]);
    const all = toItems(regions, { lines, shown: new Map([0, 1, 2].map((gap) => [gap, 50])) });
    expect(all.some((item) => item.kind === "gap")).toBe(false);
    expect(all.filter((item) => item.kind !== "removed")).toHaveLength(40);
  });

  it("keep their numbers where a side has none, and end without a gap at the end of the file", () => {
    expect(picture(toItems(toRegions(hunksOf("", "a\nb\n"))))).toEqual(["+1 a", "+2 b"]);
    expect(picture(toItems(toRegions(hunksOf("a\nb\n", ""))))).toEqual(["-1 a", "-2 b"]);
    const inserted = toRegions(
      structuredPatch("a", "b", linesOf(4), `line 1\nline 2\nnew\n${linesOf(4).slice(14)}`, "", "", {
        context: 0,
      }).hunks,
    );
    expect(picture(toItems(inserted))).toEqual(["… 2", "+3 new"]);
  });

  it("say where a newline is missing at the end", () => {
    const lines = toRegions(hunksOf("a\n", "a")).flatMap((region) => region.lines);
    expect(lines.map((line) => [line.kind, line.noNewline])).toEqual([
      ["removed", false],
      ["added", true],
    ]);
  });

  it("stand beside each other in two columns, what is alone beside nothing", () => {
    const items = toItems(toRegions(hunksOf("a\nb\nc\nd\n", "a\nB\nB2\nc\n")));
    const rows = toSplitRows(items).map((row) =>
      row.kind === "gap" ? "gap" : [row.left?.text, row.right?.text],
    );
    expect(rows).toEqual([
      ["a", "a"],
      ["b", "B"],
      [undefined, "B2"],
      ["c", "c"],
      ["d", undefined],
    ]);
  });
});

describe("words of a changed line", () => {
  const marked = (before: string, after: string): string[][] => {
    const marks = markWords(before, after);
    return [
      marks.before.map(({ start, end }) => before.slice(start, end)),
      marks.after.map(({ start, end }) => after.slice(start, end)),
    ];
  };

  it("are marked where they differ", () => {
    expect(marked("color: teal;", "color: navy;")).toEqual([["teal"], ["navy"]]);
    expect(marked("a b c", "a  b c")).toEqual([[" "], ["  "]]);
    expect(marked("潮汐の仕組み", "潮汐の説明")).toEqual([["仕組み"], ["説明"]]);
  });

  it("are not where the lines have little in common or are very long", () => {
    expect(marked("one two three four", "}")).toEqual([[], []]);
    expect(marked("x".repeat(2_000), "x ".repeat(1_000))).toEqual([[], []]);
  });

  it("are cut out of the colours around them", () => {
    const pieces = toPieces("let x = 1;", [{ start: 0, end: 3, className: "kw" }], [{ start: 2, end: 5 }]);
    expect(pieces.map(({ text, className, marked: isMarked }) => [text, className, isMarked])).toEqual([
      ["le", "kw", false],
      ["t", "kw", true],
      [" x", "", true],
      [" = 1;", "", false],
    ]);
    expect(toPieces("", [], [])).toEqual([]);
  });
});

function fileDiff(patch: Partial<FileDiff> = {}): FileDiff {
  const side = { kind: "file" as const, mode: 0o644, size: 2048 };
  return {
    path: `${ROOT}/a.txt`,
    status: "modified",
    before: side,
    after: side,
    binary: false,
    additions: 1,
    deletions: 1,
    hunks: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ["-a", "+b"] }],
    ...patch,
  };
}

describe("what lines cannot tell", () => {
  const side = { kind: "file" as const, mode: 0o644, size: 2048 };

  it("is said in words", () => {
    expect(notesOf(fileDiff(), false)).toEqual([]);
    expect(notesOf(fileDiff({ binary: true, hunks: null, after: null }), false)).toEqual([
      historyTexts.changes.binaryNote,
      "2.0 KiB before.",
    ]);
    expect(notesOf(fileDiff({ hunks: null }), false)).toEqual([
      historyTexts.changes.tooLarge,
      "2.0 KiB before, 2.0 KiB after.",
    ]);
    expect(notesOf(fileDiff({ hunks: [], status: "renamed" }), false)).toEqual([
      historyTexts.changes.movedSame,
    ]);
    expect(notesOf(fileDiff({ hunks: [], after: { ...side, mode: 0o755 } }), false)).toEqual([
      historyTexts.changes.nowRuns,
    ]);
    expect(notesOf(fileDiff({ after: { ...side, kind: "symlink", mode: 0o777 } }), false)).toEqual([
      historyTexts.changes.nowLink,
    ]);
    expect(notesOf(fileDiff({ hunks: [], before: null, status: "added" }), false)).toEqual([
      historyTexts.changes.emptyFile,
    ]);
    expect(notesOf(fileDiff({ binary: true, hunks: null }), true)).toEqual([]);
  });
});

describe("files that are open at first", () => {
  it("are as many as the budget of lines takes, and the first whatever it has", () => {
    const files = [1, 2, 3].map((index) => fileDiff({ path: String(index), additions: 100, deletions: 0 }));
    expect(opensAtFirst(files, 250)).toEqual(["1", "2"]);
    expect(opensAtFirst(files, 10)).toEqual(["1"]);
    expect(opensAtFirst([], 10)).toEqual([]);
  });
});

describe("versions to bring back", () => {
  const words = (file: FileDiff, moments: { from: string | null; to: string | null }, here = "h"): string[] =>
    versionsOf(file, { moments, here, comparing: false }).map((version) => `${version.id} ${version.words}`);

  it("are those that are not what is there now", () => {
    const { thisVersion, versionBefore, bringBackFile, takeBackAdded } = historyTexts.changes;
    expect(words(fileDiff(), { from: "a", to: "b" })).toEqual([`b ${thisVersion}`, `a ${versionBefore}`]);
    expect(words(fileDiff(), { from: "a", to: "h" })).toEqual([`a ${versionBefore}`]);
    expect(words(fileDiff({ before: null }), { from: "a", to: "b" })).toEqual([`b ${thisVersion}`]);
    expect(words(fileDiff({ after: null }), { from: "a", to: "b" })).toEqual([`a ${versionBefore}`]);
    expect(words(fileDiff(), { from: "a", to: null })).toEqual([`a ${bringBackFile}`]);
    expect(words(fileDiff({ before: null }), { from: "a", to: null })).toEqual([`a ${takeBackAdded}`]);
    expect(words(fileDiff(), { from: null, to: null })).toEqual([]);
  });
});
