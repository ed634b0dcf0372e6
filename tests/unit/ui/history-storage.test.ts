import { describe, expect, it } from "vitest";

import { forecast, withSample, type StorageSample } from "../../../src/ui/settings/storage-samples.ts";
import { forecastWords } from "../../../src/ui/settings/storage-words.ts";

const DAY = 24 * 3_600_000;
const START = 20_000 * DAY;

function grown(days: readonly number[], perDay: number): StorageSample[] {
  return days.map((day) => ({ at: START + day * DAY, usage: 1_000 + day * perDay }));
}

describe("samples of storage", () => {
  it("are one a day, the last of a day, and sixty at most", () => {
    const morning = { at: START, usage: 1 };
    const evening = { at: START + DAY / 2, usage: 2 };
    expect(withSample([morning], evening)).toEqual([evening]);
    const many = grown(
      Array.from({ length: 60 }, (_, day) => day),
      1,
    );
    const next = { at: START + 60 * DAY, usage: 9 };
    expect(withSample(many, next)).toEqual([...many.slice(1), next]);
  });
});

describe("a forecast", () => {
  it("goes on at the measured pace", () => {
    expect(forecast(grown([0, 1, 2, 3, 4, 5, 6, 7], 100), 11_700)).toEqual({
      measuredDays: 7,
      daysLeft: 100,
    });
  });

  it("is that of the last two weeks", () => {
    const samples = [{ at: START - 30 * DAY, usage: 900_000 }, ...grown([0, 7, 14], 10)];
    expect(forecast(samples, 2_140)?.daysLeft).toBeCloseTo(100);
  });

  it("is not made from too little, or without growth", () => {
    expect(forecast([], 100)).toBeNull();
    expect(forecast(grown([0, 7], 10), 5_000)).toBeNull();
    expect(forecast(grown([0, 1, 2], 0), 5_000)).toBeNull();
    expect(forecast(grown([0, 1, 2], -5), 5_000)).toBeNull();
  });

  it("is said in plain words", () => {
    const words = (daysLeft: number, measuredDays = 7): string => forecastWords({ measuredDays, daysLeft });
    expect(words(91)).toBe("At the pace of the last 7 days, it is full in about 3 months.");
    expect(words(30)).toBe("At the pace of the last 7 days, it is full in about 4 weeks.");
    expect(words(4.6)).toBe("At the pace of the last 7 days, it is full in about 5 days.");
    expect(words(0, 1)).toBe("At the pace of the last day, it is full in about a day.");
    expect(words(5_000)).toBe("At the pace of the last 7 days, it lasts for more than two years.");
  });
});
