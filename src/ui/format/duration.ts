import { t } from "../texts/texts.ts";

/** A length of time from milliseconds: "40 ms", "1.4 s", "14 s", "2 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 100) return t.units.milliseconds(Math.max(0, Math.round(ms)));
  if (ms < 9_950) return t.units.seconds((ms / 1000).toFixed(1));
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return t.units.seconds(String(seconds));
  return t.units.minutes(Math.floor(seconds / 60), seconds % 60);
}
