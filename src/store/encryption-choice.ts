import { OkcvmError } from "../domain/errors.ts";
import type { AppDatabase } from "./database.ts";

/** Whether a conversation is encrypted, or is to be; null while nobody has decided. Inside a transaction. */
export async function isEncrypted(db: AppDatabase, space: string): Promise<boolean | null> {
  const known = (await db.spaces.get(space))?.encrypted;
  // Once it was, no server's word makes it otherwise.
  if (known === true) return true;
  return (await db.conversations.get(space))?.encrypted ?? known ?? null;
}

/** Decides that for one that never went to the server. Inside a transaction. Errors: `exists` for one that did, `not-found`. */
export async function chooseEncryption(db: AppDatabase, space: string, wanted: boolean): Promise<void> {
  if ((await db.spaces.get(space))?.made)
    throw new OkcvmError("exists", "It is on the server already, and stays as it is there.");
  if (!(await db.conversations.get(space)))
    throw new OkcvmError("not-found", "There is no such conversation.");
  await db.conversations.update(space, { encrypted: wanted });
}
