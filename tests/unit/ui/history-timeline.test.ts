import { describe, expect, it } from "vitest";

import type { Snapshot } from "../../../src/domain/snapshot.ts";
import { dayHeading, shortMoment, timeInDay } from "../../../src/ui/timeline/day-words.ts";
import { fileName } from "../../../src/ui/timeline/history-actions.ts";
import { joinNews, momentsOf, toRows, withDays } from "../../../src/ui/timeline/timeline-rows.ts";

const HOUR = 3_600_000;
const NOON = new Date(2026, 2, 14, 12, 0, 0).getTime();

function snapshot(id: string, patch: Partial<Snapshot> = {}): Snapshot {
  return {
    id,
    label: id,
    timestamp: NOON,
    changed: 1,
    kind: "manual",
    parents: [`${id}-parent`],
    detail: "",
    messageId: null,
    ...patch,
  };
}

const reply = (id: string, messageId: string | null, patch: Partial<Snapshot> = {}): Snapshot =>
  snapshot(id, { kind: "reply", messageId, ...patch });

describe("rows of the timeline", () => {
  it("take a reply's steps together, newest first, and nothing else", () => {
    const rows = toRows([
      reply("r3", "m2"),
      reply("r2", "m1"),
      reply("r1", "m1"),
      snapshot("s"),
      snapshot("s2"),
      reply("q2", null),
      reply("q1", null),
    ]);
    expect(rows.map((row) => row.steps.map((step) => step.id))).toEqual([
      ["r3"],
      ["r2", "r1"],
      ["s"],
      ["s2"],
      ["q2"],
      ["q1"],
    ]);
  });

  it("tell a reply in two when something else was kept in between", () => {
    const rows = toRows([reply("b", "m"), snapshot("mine", { kind: "edits" }), reply("a", "m")]);
    expect(rows.map((row) => row.snapshot.id)).toEqual(["b", "mine", "a"]);
  });

  it("reach from before the first step to the last", () => {
    const [row] = toRows([reply("b", "m", { parents: ["a"] }), reply("a", "m", { parents: ["x"] })]);
    expect(row && momentsOf(row)).toEqual({ from: "x", to: "b" });
    const [first] = toRows([snapshot("one", { parents: [] })]);
    expect(first && momentsOf(first)).toEqual({ from: null, to: "one" });
  });

  it("stand under the days of this machine", () => {
    const items = withDays(
      toRows([
        snapshot("c"),
        snapshot("b", { timestamp: NOON - HOUR }),
        snapshot("a", { timestamp: NOON - 20 * HOUR }),
      ]),
    );
    expect(items.map((item) => (item.kind === "day" ? "day" : item.key))).toEqual([
      "day",
      "c",
      "b",
      "day",
      "a",
    ]);
    expect(new Set(items.map((item) => item.key)).size).toBe(items.length);
  });
});

describe("news of the history", () => {
  const known = [snapshot("b"), snapshot("a")];

  it("join what is known", () => {
    expect(joinNews([snapshot("c"), snapshot("b")], known)?.map((one) => one.id)).toEqual(["c", "b", "a"]);
    expect(joinNews([snapshot("b"), snapshot("a")], known)).toEqual(known);
  });

  it("take its place when the newest known one is not among them", () => {
    expect(joinNews([snapshot("x"), snapshot("a")], known)).toBeNull();
    expect(joinNews([], known)).toBeNull();
    expect(joinNews([snapshot("a")], [])).toBeNull();
  });
});

describe("words for times", () => {
  it("name the day, and tell the time within it", () => {
    expect(dayHeading(NOON - HOUR, NOON)).toBe("Today");
    expect(dayHeading(NOON - 24 * HOUR, NOON)).toBe("Yesterday");
    expect(dayHeading(NOON - 72 * HOUR, NOON)).toBe("Wednesday, March 11");
    expect(dayHeading(new Date(2025, 11, 31, 9).getTime(), NOON)).toBe("Wednesday, December 31, 2025");
    expect(timeInDay(NOON - 2 * HOUR, NOON)).toBe("2 h");
    expect(timeInDay(NOON - 13 * HOUR, NOON)).toBe("23:00");
    expect(shortMoment(NOON - 13 * HOUR, NOON)).toBe("Mar 13, 23:00");
  });
});

describe("names of downloads", () => {
  it("hold what every file system takes", () => {
    expect(fileName("How tides work", "zip")).toBe("How tides work.zip");
    expect(fileName('a/b\\c: "d"? <e>|*', "zip")).toBe("a b c d e.zip");
    expect(fileName("..hidden. ", "zip")).toBe("hidden.zip");
    expect(fileName("潮汐の仕組み", "bundle")).toBe("潮汐の仕組み.bundle");
    expect(fileName("", "zip")).toBe("OKCVM.zip");
    expect(fileName("x".repeat(200), "zip")).toHaveLength(64);
  });
});
