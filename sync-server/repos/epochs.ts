import type { Database } from "../db/database.ts";

/** Spaces changed in one transaction: a long one would hold others up. */
const PER_TRANSACTION = 500;
/** What an epoch counts when no higher one is there: steps of this length since 1970. A cursor has room for them until the year 2286. Milliseconds. */
const STEP_MS = 10_000;

/** The epoch that the clock gives: of spaces of one id made at different times, each has its own. */
export function epochAt(now: number): number {
  return Math.floor(now / STEP_MS);
}

/**
 * Gives every space a new epoch, so that every cursor of before is worth
 * nothing. It is above each that is in the database, and follows the clock:
 * of the same backup restored twice, the second time is another epoch too.
 * Stopped anywhere, it can be run again. Answers how many spaces there are.
 */
export async function raiseEpochs(
  database: Database,
  now: number,
): Promise<{ spaces: number; epoch: number }> {
  const { highest } = await database.kysely
    .selectFrom("spaces")
    .select((expression) => expression.fn.max("epoch").as("highest"))
    .executeTakeFirstOrThrow();
  const epoch = Math.max(Number(highest ?? 0) + 1, epochAt(now));
  let spaces = 0;
  for (let after: string | null = ""; after !== null;) {
    const ids: string[] = await raiseSome(database, after, epoch);
    spaces += ids.length;
    after = ids.at(-1) ?? null;
  }
  return { spaces, epoch };
}

/** Answers the spaces it was, in the order of their ids; none when there are no more. */
function raiseSome(database: Database, after: string, epoch: number): Promise<string[]> {
  return database.transact(async (transaction) => {
    const rows = await transaction
      .selectFrom("spaces")
      .select("id")
      .where("id", ">", after)
      .orderBy("id")
      .limit(PER_TRANSACTION)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0)
      await transaction.updateTable("spaces").set({ epoch }).where("id", "in", ids).execute();
    return ids;
  });
}
