import type { AppDatabase } from "./database.ts";

/** Messages of a conversation that are whole. */
export function countMessages(db: AppDatabase, conversationId: string): Promise<number> {
  return db.messages
    .where({ conversationId })
    .filter(({ status }) => status !== "running")
    .count();
}
