import { historyTexts } from "../texts/history-texts.ts";
import type { Forecast } from "./storage-samples.ts";

const WEEK = 7;
const MONTH = 30.4;
const MAX_DAYS = 730;

/** A forecast in plain words. */
export function forecastWords({ measuredDays, daysLeft }: Forecast): string {
  const over = historyTexts.storage.days(measuredDays);
  return daysLeft > MAX_DAYS
    ? historyTexts.storage.forecastLong(over)
    : historyTexts.storage.forecast(over, roughTime(daysLeft));
}

/** About how long: days for two weeks, weeks for two months, then months. */
function roughTime(days: number): string {
  if (days < 2 * WEEK) return historyTexts.storage.inDays(Math.round(days));
  if (days < 2 * MONTH) return historyTexts.storage.weeks(Math.round(days / WEEK));
  return historyTexts.storage.months(Math.round(days / MONTH));
}
