import type { Mutant } from "./mutants.ts";

const PUSH = "sync-server/sync/push.ts";
const PULL = "sync-server/sync/pull.ts";
const RULES = "src/domain/sync-rules.ts";

export const SERVER_MUTANTS: readonly Mutant[] = [
  {
    name: "answers before it commits",
    side: "server",
    file: "sync-server/db/database.ts",
    find: "return await run(work);",
    replace: `return await new Promise((resolve, reject) => {
      run(async (transaction) => {
        resolve(await work(transaction));
        await new Promise((go) => setTimeout(go, 20));
      }).catch(reject);
    });`,
  },
  {
    name: "numbers in a transaction of their own",
    side: "server",
    file: PUSH,
    find: `return database.transact(async (transaction) => {
    const space = await reserve(transaction, spaceId, ops.length);`,
    replace: `const space = await database.transact((first) => reserve(first, spaceId, ops.length));
  await new Promise((go) => setTimeout(go, Math.random() * 30));
  return database.transact(async (transaction) => {`,
  },
  {
    name: "the last to arrive wins",
    side: "server",
    file: RULES,
    find: `return isNewer(op.stamp, device, known) ? "new" : "stale";`,
    replace: `return "new";`,
  },
  {
    name: "a repeated message is taken again",
    side: "server",
    file: RULES,
    find: `  if (known.stamp === op.stamp && known.device === device && known.holds(op.body)) return "dup";`,
    replace: `  if (known.stamp === op.stamp && known.device === device) return "new";`,
  },
  {
    name: "branches move from any version",
    side: "server",
    file: RULES,
    find: `return (op.expect ?? null) === known.seq ? "new" : "conflict";`,
    replace: `return "new";`,
  },
  {
    name: "a pull's cursor skips a number",
    side: "server",
    file: PULL,
    find: "writeCursor({ epoch, seq: page.seq ?? from })",
    replace: "writeCursor({ epoch, seq: (page.seq ?? from) + 1 })",
  },
  {
    name: "a pull never says that there is more",
    side: "server",
    file: PULL,
    find: '"more":${page.more}}',
    replace: '"more":false}',
  },
  {
    name: "a push's cursor passes what others wrote",
    side: "server",
    file: PULL,
    find: "if (!cursor || cursor.epoch !== epoch || cursor.seq !== headSeq - count) return null;",
    replace: "if (!cursor || cursor.epoch !== epoch) return null;",
  },
  {
    name: "the last of a push is dropped",
    side: "server",
    file: PUSH,
    find: "await write(database.kind, transaction, [...rows.values()]);",
    replace:
      "await write(database.kind, transaction, [...rows.values()].slice(0, Math.max(1, rows.size - 1)));",
  },
  {
    name: "one number for a whole push",
    side: "server",
    file: PUSH,
    find: "      seq += 1;",
    replace: "      seq = space.headSeq;",
  },
  {
    name: "blobs do not count",
    side: "server",
    file: "sync-server/repos/blobs.ts",
    find: ".set({ bytes: space.bytes + takes })",
    replace: ".set({ bytes: space.bytes })",
  },
  {
    name: "what is replaced counts on",
    side: "server",
    file: PUSH,
    find: "const grows = bytesOf(op) - (there?.bytes ?? 0);",
    replace: "const grows = bytesOf(op);",
  },
  {
    name: "anyone signed in may read a space",
    side: "server",
    file: "sync-server/repos/spaces.ts",
    find: "WHERE members.space_id = ${spaceId} AND members.account_id = ${accountId}`",
    replace: "WHERE members.space_id = ${spaceId} LIMIT 1`",
  },
  {
    name: "restored raises no epoch",
    side: "server",
    file: "sync-server/repos/epochs.ts",
    find: `await transaction.updateTable("spaces").set({ epoch }).where("id", "in", ids).execute();`,
    replace: "await Promise.resolve();",
    restore: true,
  },
  {
    name: "cursors of before a restore are good",
    side: "server",
    file: PULL,
    find: "if (cursor && cursor.epoch !== epoch) return null;",
    replace: "",
    restore: true,
  },
];
