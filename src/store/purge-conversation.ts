import { rowsOf, type AppDatabase } from "./database.ts";
import { dropRemote } from "./remote-files.ts";
import { forgetVersions } from "./versions.ts";

/** Removes all that is kept of a conversation, but that it was removed: it may come back, and then all of it is new here. */
export async function purgeConversation(db: AppDatabase, id: string): Promise<void> {
  const { conversations, messages, runs, todos, reads, spaces, deployments, filesWaiting, filesOpen } = db;
  const own = [conversations, messages, runs, todos, reads, deployments];
  const ofSync = [spaces, db.versions, db.remoteRefs, db.remotePacks, filesWaiting, filesOpen];
  await db.transaction("rw", [...own, ...ofSync], async () => {
    await spaces.update(id, { dormant: true, cursor: null });
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
