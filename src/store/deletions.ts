import { itemId } from "../domain/sync-items.ts";
import type { LinkedAccount } from "../ports/sync-store.ts";
import type { AppDatabase } from "./database.ts";
import { refsOf, THERE } from "./deleted.ts";
import { countMessages } from "./message-count.ts";
import type { Outbox } from "./outbox.ts";

export const DELETED = itemId({ kind: "deleted" });

/** Who deleted a conversation: this browser, or another; null for one that is there. Inside a transaction. */
export async function deleterOf(db: AppDatabase, space: string): Promise<"self" | "other" | null> {
  const conversation = await db.conversations.get(space);
  if (!conversation || conversation.deletedAt === null) return null;
  const { deleter, self } = await devicesOf(db, space);
  return deleter === self ? "self" : "other";
}

/**
 * Whether a deleted conversation has more messages, or other files, than who
 * deleted it had seen. `isWhole`: all that the server has of it was pulled;
 * before that, files of here may just be older. Inside a transaction.
 */
export async function wasWorkedOn(db: AppDatabase, space: string, isWhole: boolean): Promise<boolean> {
  const conversation = await db.conversations.get(space);
  if (!conversation || conversation.deletedAt === null) return false;
  const { deletedSeen: seen = null, deletedFiles: files = null } = conversation;
  if (seen !== null && (await countMessages(db, space)) > seen) return true;
  return isWhole && files !== null && (await hasOtherFiles(db, space, files));
}

/** A conversation is there again, for everyone. Inside a transaction. */
export async function bringBack(db: AppDatabase, outbox: Outbox, space: string): Promise<void> {
  await db.conversations.update(space, THERE);
  await outbox.add(space, [{ kind: "deleted" }]);
  // What was changed here while it was deleted did not go out.
  await db.filesWaiting.put({ space });
}

/** A copy that was deleted while there was no account is there again when the account has the conversation. Inside a transaction. */
export async function undeleteCopy(db: AppDatabase, space: string): Promise<void> {
  const row = await db.conversations.get(space);
  if (!row || row.deletedAt === null) return;
  const { deleter } = await devicesOf(db, space);
  if (deleter === null) await db.conversations.update(space, THERE);
}

/** What the deleter itself pushed after that was seen too. */
async function hasOtherFiles(db: AppDatabase, space: string, seen: readonly string[]): Promise<boolean> {
  const { deleter } = await devicesOf(db, space);
  const refs = await refsOf(db, space);
  return refs.some(({ oid, device }) => oid !== null && !seen.includes(oid) && device !== deleter);
}

/** The device that deleted or brought back, null when nobody has, and this browser's. */
async function devicesOf(
  db: AppDatabase,
  space: string,
): Promise<{ deleter: string | null; self: string | null }> {
  const [waits, version, account] = await Promise.all([
    db.outbox.get([space, DELETED]),
    db.versions.get([space, DELETED]),
    db.sync.get("account"),
  ]);
  const self = (account?.value as LinkedAccount | undefined)?.deviceId ?? null;
  return { deleter: waits ? self : (version?.device ?? null), self };
}
