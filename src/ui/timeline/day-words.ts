import { formatRelative } from "../format/time.ts";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { dayOf } from "./timeline-rows.ts";

const DAY = 24 * 3_600_000;

/** "Today", "Yesterday", "Monday, 3 March", with the year when it is another. */
export function dayHeading(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return historyTexts.timeline.days.today;
  if (dayOf(at) === dayOf(now - DAY)) return historyTexts.timeline.days.yesterday;
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(t.locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" as const }),
  });
}

/** How long ago for today, the time of day below another day's heading. */
export function timeInDay(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return formatRelative(at, now);
  return new Date(at).toLocaleTimeString(t.locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** A moment by itself, where no heading tells the day. */
export function shortMoment(at: number, now: number): string {
  const time = timeInDay(at, now);
  if (dayOf(at) === dayOf(now)) return time;
  const date = new Date(at).toLocaleDateString(t.locale, { day: "numeric", month: "short" });
  return `${date}, ${time}`;
}
