import { sql, type Transaction } from "kysely";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

const DAY_MS = 24 * 60 * 60_000;
/** How long use is remembered. Days. */
const KEPT_DAYS = 92;

/** What an account used of a key that the server holds, on one day. */
export interface DayOfUse {
  /** The day's beginning, UTC. Milliseconds since 1970. */
  day: number;
  provider: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
}

/** The most an account may use in a day, UTC; null for no limit. */
export interface UseLimits {
  requests: number | null;
  tokens: number | null;
}

/** Use of server-held model keys, by account and day. */
export class ModelUsage {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Counts a request if there is room; answers 0, or the seconds until there is some again. Two at once are counted one after the other. */
  async take(accountId: string, provider: string, limits: UseLimits): Promise<number> {
    const day = this.#today();
    return this.#database.transact(async (transaction) => {
      await count(this.#database.kind, transaction, { account_id: accountId, day, provider, requests: 1 });
      const rows = await transaction
        .selectFrom("model_usage")
        .select(["requests", "input_tokens", "output_tokens"])
        .where("account_id", "=", accountId)
        .where("day", "=", day)
        .execute();
      const requests = rows.reduce((sum, row) => sum + Number(row.requests), 0);
      const tokens = rows.reduce((sum, row) => sum + Number(row.input_tokens) + Number(row.output_tokens), 0);
      const isOver =
        (limits.requests !== null && requests > limits.requests) ||
        (limits.tokens !== null && tokens >= limits.tokens);
      if (!isOver) return 0;
      await count(this.#database.kind, transaction, { account_id: accountId, day, provider, requests: -1 });
      return Math.ceil(((day + 1) * DAY_MS - this.#now()) / 1000);
    });
  }

  /** Adds the tokens that the provider counted. */
  async add(accountId: string, provider: string, tokens: { input: number; output: number }): Promise<void> {
    const day = this.#today();
    await this.#database.transact((transaction) =>
      count(this.#database.kind, transaction, {
        account_id: accountId,
        day,
        provider,
        input_tokens: tokens.input,
        output_tokens: tokens.output,
      }),
    );
  }

  /** Newest day first. */
  async ofAccount(accountId: string): Promise<DayOfUse[]> {
    const rows = await this.#database.kysely
      .selectFrom("model_usage")
      .selectAll()
      .where("account_id", "=", accountId)
      .where("day", ">", this.#today() - KEPT_DAYS)
      .orderBy("day", "desc")
      .orderBy("provider")
      .execute();
    return rows.map((row) => ({
      day: Number(row.day) * DAY_MS,
      provider: row.provider,
      requests: Number(row.requests),
      inputTokens: Number(row.input_tokens),
      outputTokens: Number(row.output_tokens),
    }));
  }

  /** Forgets what is too old. */
  async forgetOld(): Promise<void> {
    const before = this.#today() - KEPT_DAYS;
    await this.#database.transact((transaction) =>
      transaction.deleteFrom("model_usage").where("day", "<=", before).execute(),
    );
  }

  #today(): number {
    return Math.floor(this.#now() / DAY_MS);
  }
}

type Counted = Pick<Schema["model_usage"], "account_id" | "day" | "provider"> &
  Partial<Pick<Schema["model_usage"], "requests" | "input_tokens" | "output_tokens">>;

/**
 * Adds to a day's row, and makes it where there is none: by one statement, as
 * of two that find none only one can make it. The row is locked by that until
 * the transaction ends.
 */
async function count(
  kind: Database["kind"],
  transaction: Transaction<Schema>,
  { requests = 0, input_tokens = 0, output_tokens = 0, ...day }: Counted,
): Promise<void> {
  const added = { requests, input_tokens, output_tokens };
  const sums = Object.fromEntries(
    Object.entries(added).map(([name, value]) => [name, sql`${sql.ref(`model_usage.${name}`)} + ${value}`]),
  );
  const insert = transaction.insertInto("model_usage").values({ ...day, ...added });
  if (kind === "mysql") await insert.onDuplicateKeyUpdate(sums).execute();
  else
    await insert
      .onConflict((conflict) => conflict.columns(["account_id", "day", "provider"]).doUpdateSet(sums))
      .execute();
}
