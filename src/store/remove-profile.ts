import { AppDatabase } from "./database.ts";

/** Deletes a profile's conversations with all that belongs to them, and its database. Stopped anywhere, it can be done again. */
export async function removeProfile(
  name: string,
  removeConversation: (id: string) => Promise<void>,
): Promise<void> {
  const db = new AppDatabase(name);
  for (const id of await db.conversations.toCollection().primaryKeys()) await removeConversation(id);
  await db.delete();
}
