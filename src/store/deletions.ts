import type { Conversation } from "../domain/conversation.ts";
import { itemId } from "../domain/sync-items.ts";
import type { AppDatabase } from "./database.ts";
import { refsOf, THERE } from "./deleted.ts";
import { countMessages } from "./message-count.ts";
import type { Outbox } from "./outbox.ts";

export const DELETED = itemId({ kind: "deleted" });

/** Who deleted a conversation: this browser, whose device is `self`, or another; null for one that is there. Inside a transaction. */
export async function deleterOf(
  db: AppDatabase,
  space: string,
  self: string | null,
): Promise<"self" | "other" | null> {
  const conversation = await db.conversations.get(space);
  if (!conversation || conversation.deletedAt === null) return null;
  return (await deletionDevice(db, space, self)) === self ? "self" : "other";
}

/**
 * Whether a deleted conversation has more messages, or other files, than who
 * deleted it had seen. `isWhole`: all that the server has of it was pulled;
 * before that, files of here may just be older. `self`: this browser's device.
 * Inside a transaction.
 */
export async function wasWorkedOn(
  db: AppDatabase,
  space: string,
  { isWhole, self }: { isWhole: boolean; self: string },
): Promise<boolean> {
  const conversation = await db.conversations.get(space);
  if (!conversation || conversation.deletedAt === null) return false;
  const { deletedSeen: seen = null, deletedFiles: files = null } = conversation;
  if (seen !== null && (await countMessages(db, space)) > seen) return true;
  if (!isWhole || files === null) return false;
  const deleter = await deletionDevice(db, space, self);
  // What the deleter itself pushed after that was seen too.
  const isOther = ({ oid, device }: { oid: string | null; device?: string | undefined }): boolean =>
    oid !== null && !files.includes(oid) && device !== deleter;
  return (await refsOf(db, space)).some(isOther);
}

/** A conversation is there again, for everyone. Inside a transaction. */
export async function bringBack(db: AppDatabase, outbox: Outbox, space: string): Promise<void> {
  await db.conversations.update(space, THERE);
  await outbox.add(space, [{ kind: "deleted" }]);
  // What was changed here while it was deleted did not go out.
  await db.filesWaiting.put({ space });
}

/**
 * Whether a copy was deleted while there was no account: an account's own is
 * not, and a new one need not have it. Inside a transaction.
 */
export async function isDeletedCopy(db: AppDatabase, { id, deletedAt }: Conversation): Promise<boolean> {
  return (
    deletedAt !== null && !(await db.outbox.get([id, DELETED])) && !(await db.versions.get([id, DELETED]))
  );
}

/** Such a copy is there again when the account has the conversation. Inside a transaction. */
export async function undeleteCopy(db: AppDatabase, space: string): Promise<void> {
  const row = await db.conversations.get(space);
  if (row && (await isDeletedCopy(db, row))) await db.conversations.update(space, THERE);
}

/** The device that deleted or brought back; null when nobody has. */
async function deletionDevice(db: AppDatabase, space: string, self: string | null): Promise<string | null> {
  if (await db.outbox.get([space, DELETED])) return self;
  return (await db.versions.get([space, DELETED]))?.device ?? null;
}
