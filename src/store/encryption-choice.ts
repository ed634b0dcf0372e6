import { NotEncryptedError, OkcvmError } from "../domain/errors.ts";
import type { LinkedAccount } from "../ports/sync-store.ts";
import type { AppDatabase } from "./database.ts";
import { UNKNOWN } from "./open-conversation.ts";

/** Whether a conversation is encrypted, or is to be; null while nobody has decided. Inside a transaction. */
export async function isEncrypted(db: AppDatabase, space: string): Promise<boolean | null> {
  const known = (await db.spaces.get(space))?.encrypted;
  // Once it was, no server's word makes it otherwise.
  if (known === true) return true;
  return (await db.conversations.get(space))?.encrypted ?? known ?? null;
}

/** Decides that for one that never went to the server. Inside a transaction. Errors: `exists` for one that did, or may have, `not-found`. */
export async function chooseEncryption(db: AppDatabase, space: string, wanted: boolean): Promise<void> {
  const known = await db.spaces.get(space);
  if (known?.made || known?.decided)
    throw new OkcvmError("exists", "It is on the server already, or on its way there, and stays as it is.");
  if (!(await db.conversations.get(space)))
    throw new OkcvmError("not-found", "There is no such conversation.");
  await db.conversations.update(space, { encrypted: wanted });
}

/** Decides what nobody has, by what the account does else; from then on it stays so. Inside a transaction. */
export async function decideEncryption(
  db: AppDatabase,
  space: string,
  account: LinkedAccount | null,
): Promise<boolean> {
  const encrypted = (await isEncrypted(db, space)) ?? account?.encryptNew ?? false;
  await db.conversations.update(space, { encrypted });
  const known = (await db.spaces.get(space)) ?? { ...UNKNOWN, id: space };
  await db.spaces.put({ ...known, decided: true });
  return encrypted;
}

/** What was to be encrypted until now stays so, whatever the account does from now on. Inside a transaction. */
export async function keepChoices(db: AppDatabase, account: LinkedAccount | null): Promise<void> {
  if (!account?.encryptNew) return;
  const withFiles = new Set(await db.filesWaiting.toCollection().primaryKeys());
  await db.conversations
    .filter(
      ({ id, encrypted, leafId, title }) =>
        encrypted === undefined && (leafId !== null || title !== "" || withFiles.has(id)),
    )
    .modify({ encrypted: true });
}

/** Inside a transaction. Errors: NotEncryptedError for what is encrypted and is said not to be. */
export async function noteEncrypted(db: AppDatabase, space: string, encrypted: boolean): Promise<void> {
  if (!encrypted && (await isEncrypted(db, space)) === true) throw new NotEncryptedError();
  await db.conversations.update(space, { encrypted });
}
