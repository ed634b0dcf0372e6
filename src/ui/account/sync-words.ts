import type { SyncStatus } from "../../domain/sync-status.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { formatExact } from "../format/time.ts";

/** How this browser stands to the server, in a few words. */
export function syncWords({ state, pending, locked = 0 }: SyncStatus): string {
  switch (state) {
    case "off":
      return "";
    case "synced":
      return locked > 0 ? accountTexts.row.locked(locked) : accountTexts.row.synced;
    case "syncing":
      return accountTexts.row.syncing(pending);
    case "offline":
      return accountTexts.row.offline(pending);
    default:
      return accountTexts.row.error;
  }
}

/** What there is to say besides: why it does not sync, or since when all is the same. */
export function syncHint({ state, error, syncedAt, locked = 0 }: SyncStatus): string {
  if (state === "error") return error?.message ?? accountTexts.row.error;
  if (state === "offline") return accountTexts.row.offlineHint;
  if (locked > 0) return accountTexts.row.lockedHint;
  return syncedAt === null ? accountTexts.row.open : accountTexts.row.syncedAt(formatExact(syncedAt));
}
