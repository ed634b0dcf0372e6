import { newId } from "../../src/domain/ids.ts";
import { hashOf, newToken } from "../auth/secrets.ts";
import { isDuplicate, type Database } from "../db/database.ts";
import type { Account, Accounts } from "./accounts.ts";
import { insertSpace } from "./spaces.ts";

/** Accounts of people whom the operator's own login knows. */
export class Identities {
  readonly #database: Database;
  readonly #accounts: Accounts;
  readonly #now: () => number;

  constructor(database: Database, accounts: Accounts, now: () => number) {
    this.#database = database;
    this.#accounts = accounts;
    this.#now = now;
  }

  /** The account of a person, made when they come for the first time. `subject` is what the login calls them; its hash is kept. */
  async accountOf(subject: string): Promise<Account> {
    const hash = hashOf(subject);
    const known = await this.#find(hash);
    if (known) return known;
    try {
      await this.#make(hash);
    } catch (error) {
      // Two browsers of theirs at once: the other has made it.
      if (!isDuplicate(error)) throw error;
    }
    const made = await this.#find(hash);
    if (!made) throw new Error("The account that was just made is not there.");
    return made;
  }

  async #find(hash: string): Promise<Account | null> {
    const row = await this.#database.kysely
      .selectFrom("identities")
      .select("account_id")
      .where("subject", "=", hash)
      .executeTakeFirst();
    return row ? this.#accounts.byId(row.account_id) : null;
  }

  async #make(hash: string): Promise<void> {
    const now = this.#now();
    const [id, homeSpace] = [newId(), newId()];
    // Nobody knows its secret: who is to sign in by one makes a new one first.
    const authHash = hashOf(newToken());
    await this.#database.transact(async (transaction) => {
      await transaction.insertInto("identities").values({ subject: hash, account_id: id }).execute();
      await transaction
        .insertInto("accounts")
        .values({ id, auth_hash: authHash, home_space: homeSpace, created_at: now, delete_at: null })
        .execute();
      await insertSpace(transaction, { id: homeSpace, ownerId: id, kind: "home", encrypted: false }, now);
    });
  }
}
