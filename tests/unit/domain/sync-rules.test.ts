import { describe, expect, it } from "vitest";

import { millisecondsOf, StampClock, stampAt } from "../../../src/domain/clock-stamp.ts";
import type { PushOp } from "../../../src/domain/sync-protocol.ts";
import { judge, type Known } from "../../../src/domain/sync-rules.ts";

const NOW = 1_800_000_000_000;
const at = (ms: number) => stampAt(NOW + ms);
const known = (changes: Partial<Known> = {}): Known => ({
  class: "set",
  stamp: at(0),
  device: "m",
  seq: 7,
  removed: false,
  holds: (body) => body === "text",
  ...changes,
});
const op = (changes: Partial<PushOp> = {}): PushOp => ({
  id: "x",
  class: "set",
  stamp: at(1),
  body: "text",
  ...changes,
});

describe("who wins", () => {
  it("is the same whatever the order, between any two changes of a register", () => {
    const changes = [
      { stamp: at(0), device: "a" },
      { stamp: at(0), device: "b" },
      { stamp: at(1), device: "a" },
      { stamp: at(2), device: "c" },
    ];
    const last = (order: typeof changes) => {
      let there: Known | undefined;
      for (const { stamp, device } of order)
        if (judge(op({ stamp }), device, there, NOW) === "new") there = known({ stamp, device });
      return there;
    };
    for (const order of permutations(changes))
      expect(last(order)).toMatchObject({ stamp: at(2), device: "c" });
  });

  it.each<[string, PushOp, Known | undefined, string]>([
    ["a first change", op(), undefined, "new"],
    ["what is there", op({ stamp: at(0) }), known({ device: "me" }), "dup"],
    ["another of one moment", op({ stamp: at(0), body: "other" }), known({ device: "me" }), "stale"],
    [
      "another of one moment, of a reference",
      op({ class: "cas", stamp: at(0), body: "other", expect: 6 }),
      known({ class: "cas", device: "me" }),
      "conflict",
    ],
    ["an older one", op({ stamp: at(-1) }), known(), "stale"],
    ["an addition again", op({ class: "add" }), known({ class: "add" }), "dup"],
    ["an addition of what was removed", op({ class: "add" }), known({ class: "add", removed: true }), "gone"],
    ["a removal", op({ class: "add", body: null }), known({ class: "add" }), "new"],
    ["a removal again", op({ class: "add", body: null }), known({ class: "add", removed: true }), "dup"],
    ["a first reference", op({ class: "cas", expect: null }), undefined, "new"],
    ["a reference that was to be there", op({ class: "cas", expect: 3 }), undefined, "conflict"],
    ["a reference's next version", op({ class: "cas", expect: 7 }), known({ class: "cas" }), "new"],
    ["another's version", op({ class: "cas", expect: 6 }), known({ class: "cas" }), "conflict"],
    ["another class", op({ class: "add" }), known(), "conflict"],
    ["tomorrow", op({ stamp: at(86_400_000) }), undefined, "skew"],
  ])("%s", (_name, change, there, status) => {
    expect(judge(change, "me", there, NOW)).toBe(status);
  });
});

describe("the clock", () => {
  it("goes on when the wall clock stands still or goes back, and never gives a stamp twice", () => {
    let wall = NOW;
    const clock = new StampClock(() => wall);
    const stamps = Array.from({ length: 70_000 }, () => clock.next());
    wall -= 86_400_000;
    stamps.push(clock.next());
    expect(new Set(stamps).size).toBe(stamps.length);
    expect(stamps.toSorted()).toEqual(stamps);
    expect(millisecondsOf(stamps.at(-1) ?? "") - NOW).toBe(1);
  });

  it("is after what it has seen", () => {
    const clock = new StampClock(() => NOW);
    clock.see(at(60_000));
    expect(clock.next() > at(60_000)).toBe(true);
    clock.see(at(-60_000));
    expect(clock.next() > at(60_000)).toBe(true);
  });
});

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((one, index) => permutations(list.toSpliced(index, 1)).map((rest) => [one, ...rest]));
}
