import { t } from "../texts/texts.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago `at` was, seen from `now`: "now", "5 min", "3 h", "Tuesday", then the date. */
export function formatRelative(at: number, now: number): string {
  const ago = now - at;
  if (ago < MINUTE) return t.time.now;
  if (ago < HOUR) return t.time.minutes(Math.floor(ago / MINUTE));
  if (ago < DAY) return t.time.hours(Math.floor(ago / HOUR));
  const date = new Date(at);
  if (ago < 6 * DAY) return date.toLocaleDateString(t.locale, { weekday: "long" });
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(t.locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" as const }),
  });
}

/** The full date and time, for titles. */
export function formatExact(at: number): string {
  return new Date(at).toLocaleString(t.locale, { dateStyle: "long", timeStyle: "medium" });
}

/** The time of day to the second. */
export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString(t.locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** The time of day, with the day when that is another than today's. */
export function formatMoment(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Date(at).toLocaleString(t.locale, isToday ? time : { ...time, day: "numeric", month: "short" });
}

/** A day with its year: "4 November 2026". */
export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString(t.locale, { dateStyle: "long" });
}
