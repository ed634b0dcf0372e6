import type { AccountDevice, SyncStatus } from "../../domain/sync-status.ts";
import { formatClock, formatMoment, formatRelative } from "../format/time.ts";
import { accountTexts } from "../texts/account-texts.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Longer than this no link lasts. Milliseconds. */
const LINK_LASTS_MS = 5 * MINUTE;
/** A clock that is off must not make one link after another. Milliseconds. */
const LEAST_MS = MINUTE;

/** How this browser stands to the server, with what is to be known besides. */
export function statusWords(status: SyncStatus): { line: string; more: string } {
  const { state, pending, syncedAt, error } = status;
  const words = accountTexts.status;
  const waiting = pending > 0 ? words.pending(pending) : "";
  if (state === "offline") return { line: words.offline, more: words.pendingOffline(pending) };
  if (state === "error")
    return { line: words.error, more: [error?.message, waiting].filter(Boolean).join(" ") };
  if (state === "synced" && syncedAt !== null)
    return { line: words.synced(formatClock(syncedAt)), more: waiting };
  return { line: words.syncing, more: waiting };
}

/** When a link ends by this browser's clock, which may be off from the server's. */
export function linkEnd(expiresAt: number, now: number): number {
  return now + Math.min(LINK_LASTS_MS, Math.max(LEAST_MS, expiresAt - now));
}

/** How long a link is good for: "Works once, for 4:07". */
export function countdownWords(endsAt: number, now: number): string {
  const seconds = Math.ceil((endsAt - now) / 1000);
  if (seconds <= 0) return accountTexts.pair.renewing;
  return accountTexts.pair.countdown(Math.floor(seconds / 60), String(seconds % 60).padStart(2, "0"));
}

/** When a device was last heard of. `isOld`: the list is as it was, and nobody knows who is there now. */
export function seenWords({ seenAt, current }: AccountDevice, now: number, isOld = false): string {
  const words = accountTexts.devices;
  if (isOld) return words.seenTitle(formatMoment(seenAt, now));
  const ago = now - seenAt;
  if (current || ago < MINUTE) return words.seenNow;
  const time = formatRelative(seenAt, now);
  return ago < DAY ? words.seenAgo(time) : words.seenOn(time);
}

/** What a device may do, where that is not everything; null where it is. */
export function scopeWords(scopes: readonly string[]): string | null {
  const words = accountTexts.devices;
  if (Object.keys(words.scopes).every((scope) => scopes.includes(scope))) return null;
  if (scopes.length === 0) return words.nothing;
  return words.only(scopes.map((scope) => words.scopes[scope] ?? scope).join(", "));
}

/** True for what is meant as a link; the rest is read as a secret. */
export function isLink(text: string): boolean {
  return /:\/\/|#\/pair/.test(text);
}

/** True for a server that other machines cannot reach by its name. */
export function isOfThisMachine(host: string): boolean {
  return host === "[::1]" || host.startsWith("127.") || /(?:^|\.)localhost$/.test(host);
}
