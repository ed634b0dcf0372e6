import { Dexie } from "dexie";
import { AppDatabase } from "./database.ts";

/** Whether one of some profiles has a conversation, deleted or not. */
export async function haveConversation(names: readonly string[], id: string): Promise<boolean> {
  for (const name of names) {
    // Opening one that was never used would make it.
    if (!(await Dexie.exists(name))) continue;
    const db = new AppDatabase(name);
    try {
      if (await db.conversations.get(id)) return true;
    } finally {
      db.close();
    }
  }
  return false;
}
