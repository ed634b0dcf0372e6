import { OkcvmError } from "../domain/errors.ts";
import { rowsOf, type AppDatabase } from "./database.ts";
import { DELETED } from "./deletions.ts";
import { dropRemote } from "./remote-files.ts";
import { forgetVersions } from "./versions.ts";

/**
 * Removes all that is kept of a conversation, but that it was removed: it may
 * come back, and then all of it is new here. That its files and sites have to
 * go is noted with it. Errors: `exists` for one that is not deleted (any more).
 */
export async function purgeConversation(db: AppDatabase, id: string): Promise<void> {
  const { conversations, messages, runs, todos, reads, spaces, deployments, filesWaiting, filesOpen } = db;
  const own = [conversations, messages, runs, todos, reads, deployments, db.leftovers];
  const ofSync = [spaces, db.versions, db.outbox, db.remoteRefs, db.remotePacks, filesWaiting, filesOpen];
  await db.transaction("rw", [...own, ...ofSync], async () => {
    const conversation = await conversations.get(id);
    if (!conversation) return;
    const { deletedAt: at, deletedSeen: seen = null, deletedFiles: files = null } = conversation;
    if (at === null) throw new OkcvmError("exists", "The conversation was brought back. It is not deleted.");
    await db.leftovers.put({ id });
    // Whoever else has it is told all the same, unless that is not this account's to say.
    const role = (await spaces.get(id))?.role;
    if (role === "viewer" || role === "none") await db.outbox.delete([id, DELETED]);
    const waits = (await db.outbox.get([id, DELETED])) !== undefined;
    await spaces.update(id, {
      dormant: true,
      cursor: null,
      ...(waits ? { removed: { at, seen, files } } : {}),
    });
    await forgetVersions(db, id);
    await dropRemote(db, id);
    await filesWaiting.delete(id);
    await filesOpen.delete(id);
    await conversations.delete(id);
    await messages.where({ conversationId: id }).delete();
    await runs.where({ conversationId: id }).delete();
    await deployments.where({ conversationId: id }).delete();
    await todos
      .where("[conversationId+messageId]")
      .between(...rowsOf(id))
      .delete();
    await reads
      .where("[conversationId+path]")
      .between(...rowsOf(id))
      .delete();
  });
}

/** Purged conversations of which files or sites may be left. One that came back meanwhile has its own again. */
export function leftovers(db: AppDatabase): Promise<string[]> {
  return db.transaction("rw", [db.leftovers, db.conversations], async () => {
    const ids = await db.leftovers.toCollection().primaryKeys();
    const there = await db.conversations.bulkGet(ids);
    const back = ids.filter((_, at) => there[at] !== undefined);
    await db.leftovers.bulkDelete(back);
    return ids.filter((id) => !back.includes(id));
  });
}
