import { rowsOf, type AppDatabase } from "./database.ts";
import { UNKNOWN } from "./open-conversation.ts";

/**
 * Takes a conversation that another account has off the lists of what waits, once
 * it is deleted here. False while it is not. That it was deleted is not noted for
 * the account it belongs to, should that be signed in to again. Inside a transaction.
 */
export async function dropForeign(db: AppDatabase, space: string): Promise<boolean> {
  const conversation = await db.conversations.get(space);
  if (conversation && conversation.deletedAt === null) return false;
  const known = (await db.spaces.get(space)) ?? { ...UNKNOWN, id: space };
  await db.spaces.put({ ...known, foreign: true });
  await db.outbox
    .where("[space+id]")
    .between(...rowsOf(space))
    .delete();
  await db.filesWaiting.delete(space);
  await db.filesOpen.delete(space);
  return true;
}
