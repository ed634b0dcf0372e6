import type { Database } from "../db/database.ts";
import { Blobs } from "../repos/blobs.ts";
import { PublishedSites } from "../repos/published-sites.ts";
import { SealedKeys } from "../repos/sealed-keys.ts";
import { itemOf, itemsAfter } from "./item.ts";

/** Rows read at once. */
const AT_ONCE = 200;

/**
 * Everything the server keeps of an account, as lines of JSON: the account, its
 * devices and its use of model keys, then each space with its items and blobs,
 * blobs in parts of base64. Secrets are not among it: the server has only their
 * hashes. Of an encrypted space it has what the account's secret opens. A space that is changed meanwhile is given out as it is then.
 */
export async function* exportAccount(database: Database, accountId: string): AsyncGenerator<unknown> {
  const { kysely } = database;
  const account = await kysely
    .selectFrom("accounts")
    .select(["id", "home_space", "created_at", "delete_at"])
    .where("id", "=", accountId)
    .executeTakeFirstOrThrow();
  const keys = new SealedKeys(database);
  yield { account: { ...account, key: await keys.ofAccount(accountId) } };
  const devices = await kysely
    .selectFrom("devices")
    .select(["id", "name", "scopes", "created_at", "seen_at"])
    .where("account_id", "=", accountId)
    .execute();
  for (const device of devices) yield { device };
  const uses = await kysely
    .selectFrom("model_usage")
    .select(["day", "provider", "requests", "input_tokens", "output_tokens"])
    .where("account_id", "=", accountId)
    .execute();
  for (const modelUsage of uses) yield { modelUsage };
  const spaces = await kysely
    .selectFrom("members")
    .innerJoin("spaces", "spaces.id", "members.space_id")
    .leftJoin("space_keys", (join) =>
      join
        .onRef("space_keys.space_id", "=", "members.space_id")
        .onRef("space_keys.account_id", "=", "members.account_id"),
    )
    .select(["spaces.id", "kind", "role", "encrypted", "spaces.created_at", "space_keys.sealed as key"])
    .where("members.account_id", "=", accountId)
    .orderBy("spaces.id")
    .execute();
  for (const space of spaces) {
    yield { space };
    yield* items(database, space.id);
    yield* blobs(database, space.id);
  }
  for (const site of await new PublishedSites(database, Date.now).ofAccount(accountId)) yield { site };
  yield { end: { spaces: spaces.length } };
}

async function* items(database: Database, space: string): AsyncGenerator<unknown> {
  for (let after = 0; ;) {
    const rows = await itemsAfter(database, { space, after, limit: AT_ONCE });
    for (const row of rows) yield { item: { space, ...itemOf(row) } };
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) return;
    after = Number(last.seq);
  }
}

async function* blobs(database: Database, space: string): AsyncGenerator<unknown> {
  const all = await database.kysely
    .selectFrom("blobs")
    .select(["id", "size"])
    .where("space_id", "=", space)
    .where("whole", "=", 1)
    .orderBy("id")
    .execute();
  const reader = new Blobs(database, Date.now);
  for (const { id, size } of all) {
    yield { blob: { space, id, size: Number(size) } };
    for (let n = 0; ; n += 1) {
      const part = await reader.part({ space, id }, n);
      if (!part) break;
      yield { part: { space, blob: id, n, base64: part.toString("base64") } };
    }
  }
}
