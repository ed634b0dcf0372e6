import type { BrowserStorage } from "../../ports/storage.ts";
import { readStored, writeStored } from "../state/persisted.ts";

/** How much was in use one day. */
export interface StorageSample {
  /** Milliseconds since 1970 UTC. */
  at: number;
  /** Bytes. */
  usage: number;
}

const KEY = "okcvm.storage-samples";
const MAX_SAMPLES = 60;
const DAY = 24 * 3_600_000;
/** The pace is that of these last days. */
const PACE_DAYS = 14;
const MIN_SAMPLES = 3;

/** The samples of this browser, oldest first. */
export function readSamples(): StorageSample[] {
  const value = readStored(KEY);
  return Array.isArray(value) ? value.filter(isSample) : [];
}

function isSample(value: unknown): value is StorageSample {
  const sample = (value ?? {}) as Partial<StorageSample>;
  return Number.isFinite(sample.at) && Number.isFinite(sample.usage);
}

/** Notes how much is in use, once a day: the last figure of a day stands for it. */
export async function sampleStorage(storage: BrowserStorage, now = Date.now()): Promise<void> {
  try {
    const { usage } = await storage.estimate();
    if (usage !== null) writeStored(KEY, withSample(readSamples(), { at: now, usage }));
  } catch (error) {
    // A day without a figure: the pace is measured from the others.
    console.warn("The browser's storage could not be measured.", error);
  }
}

/** Samples with another: it takes the place of one of the same day, and the oldest go beyond sixty. */
export function withSample(samples: readonly StorageSample[], sample: StorageSample): StorageSample[] {
  const day = Math.floor(sample.at / DAY);
  const others = samples.filter((one) => Math.floor(one.at / DAY) !== day);
  return [...others, sample].toSorted((a, b) => a.at - b.at).slice(-MAX_SAMPLES);
}

/** When storage is full if it goes on as it did. */
export interface Forecast {
  /** Whole days the pace was measured over. */
  measuredDays: number;
  /** Days from the last sample until nothing is free. */
  daysLeft: number;
}

/** A forecast from the last two weeks; null with fewer than three samples or without growth. */
export function forecast(samples: readonly StorageSample[], quota: number): Forecast | null {
  const last = samples.at(-1);
  if (!last) return null;
  const recent = samples.filter((sample) => last.at - sample.at <= PACE_DAYS * DAY);
  const first = recent[0];
  if (!first || recent.length < MIN_SAMPLES) return null;
  const perDay = slope(recent) * DAY;
  if (!(perDay > 0)) return null;
  return {
    measuredDays: Math.max(1, Math.round((last.at - first.at) / DAY)),
    daysLeft: Math.max(0, quota - last.usage) / perDay,
  };
}

/** Bytes a millisecond, by least squares. */
function slope(samples: readonly StorageSample[]): number {
  const mean = (of: (sample: StorageSample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const at = mean((sample) => sample.at);
  const usage = mean((sample) => sample.usage);
  const over = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.usage - usage), 0);
  const under = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
