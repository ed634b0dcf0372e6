import { AppDatabase } from "./database.ts";

/** Deletes a profile's conversations with all that belongs to them alone, and its database. Stopped anywhere, it can be done again. */
export async function removeProfile(
  name: string,
  isShared: (id: string) => Promise<boolean>,
  removeConversation: (id: string) => Promise<void>,
): Promise<void> {
  const db = new AppDatabase(name);
  const [there, left] = await Promise.all([
    db.conversations.toCollection().primaryKeys(),
    db.leftovers.toCollection().primaryKeys(),
  ]);
  for (const id of new Set([...there, ...left])) if (!(await isShared(id))) await removeConversation(id);
  await db.delete();
}
