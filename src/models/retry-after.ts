/** The one thing read from headers. */
export interface HeaderLookup {
  get(name: string): string | null;
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
// Above this a number cannot be a wait: it is a moment in seconds, or in milliseconds, since 1970.
const EPOCH_SECONDS = 1_000_000_000;
const EPOCH_MS = 1_000_000_000_000;

/**
 * Milliseconds an endpoint asks to wait, from its headers or else its words:
 * pages can read a header only where the endpoint exposes it. undefined: it
 * said nothing. `now` is in milliseconds since 1970 UTC.
 */
export function readRetryAfter(headers: HeaderLookup, message: string, now: number): number | undefined {
  const wait =
    readNumber(headers.get("retry-after-ms")) ??
    readMoment(headers.get("retry-after"), now) ??
    readMoment(headers.get("x-ratelimit-reset"), now) ??
    readSpentLimit(headers, now) ??
    readWords(message);
  return wait === undefined ? undefined : Math.max(0, Math.round(wait));
}

function readNumber(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Seconds to wait, a moment since 1970, a duration such as 1m30s, or an HTTP date. */
function readMoment(text: string | null, now: number): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const number = readNumber(text);
  if (number !== undefined) {
    if (number >= EPOCH_MS) return number - now;
    return number >= EPOCH_SECONDS ? number * 1000 - now : number * 1000;
  }
  const duration = readDuration(text);
  if (duration !== undefined) return duration;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date - now;
}

function readDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text.trim())) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? "s"] ?? 0);
  }
  return total;
}

/** The reset of a limit that is used up; a limit with some left does not say what the wait is for. */
function readSpentLimit(headers: HeaderLookup, now: number): number | undefined {
  const waits = ["requests", "tokens"]
    .filter((kind) => readNumber(headers.get(`x-ratelimit-remaining-${kind}`)) === 0)
    .map((kind) => readMoment(headers.get(`x-ratelimit-reset-${kind}`), now))
    .filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function readWords(message: string): number | undefined {
  const match =
    /(?:try again|retry)(?: your request)? (?:in|after) (\d+(?:\.\d+)?) ?(ms|milliseconds?|s|seconds?|m|minutes?)\b/i.exec(
      message,
    );
  if (!match) return undefined;
  const unit = (match[2] ?? "s").toLowerCase();
  const ms = unit === "ms" || unit.startsWith("milli") ? 1 : unit.startsWith("m") ? 60_000 : 1000;
  return Number(match[1]) * ms;
}
