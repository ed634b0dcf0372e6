import { sql, type Transaction } from "kysely";
import type { ItemClass, OpResult, PushOp } from "../../src/domain/sync-protocol.ts";
import { judge, type Known } from "../../src/domain/sync-rules.ts";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

export interface Push {
  spaceId: string;
  deviceId: string;
  ops: readonly PushOp[];
}

export interface Pushed {
  results: OpResult[];
  /** The space's newest number after it. */
  headSeq: number;
  epoch: number;
}

/** What a known item takes, besides what decides who wins. */
interface Stored extends Known {
  bytes: number;
}

/** An item as it is to be written. */
type Row = Schema["items"];

/** A push tells of a pack that is not here, or not any more. Nothing of the push is kept. */
export class PackGoneError extends Error {
  constructor(pack: string) {
    super(`pack.${pack}: The pack is not here.`);
  }
}

/** What a row takes besides its body. */
const ROW_BYTES = 100;

/**
 * Takes changes into a space, all of it in one transaction. Numbers are taken
 * while the space's row is locked, and before anything is looked at: one that
 * is given out is never below what a reader has already passed.
 */
export async function push(
  database: Database,
  { spaceId, deviceId, ops }: Push,
  limits: { now: number; maxBytes: number },
): Promise<Pushed> {
  return database.transact(async (transaction) => {
    const space = await reserve(transaction, spaceId, ops.length);
    if (!space.encrypted) await requirePacks(transaction, spaceId, ops);
    const known = await knownOf(transaction, { spaceId, deviceId, ops });
    const rows = new Map<string, Row>();
    const before = space.bytes;
    let seq = space.headSeq - ops.length;
    const results = ops.map((op) => {
      const there = known.get(op.id);
      const grows = bytesOf(op) - (there?.bytes ?? 0);
      let status = judge(op, deviceId, there, limits.now);
      if (status === "new" && grows > 0 && space.bytes + grows > limits.maxBytes) status = "quota";
      seq += 1;
      if (status !== "new") return there ? { id: op.id, status, seq: there.seq } : { id: op.id, status };
      space.bytes += grows;
      const { id, stamp, class: kind, body } = op;
      rows.set(id, {
        space_id: spaceId,
        id,
        seq,
        class: kind,
        stamp,
        device: deviceId,
        body: body === null ? null : Buffer.from(body, "utf8"),
      });
      known.set(id, {
        class: kind,
        stamp,
        device: deviceId,
        seq,
        removed: body === null,
        bytes: bytesOf(op),
        holds: (other) => other === body,
      });
      return { id, status, seq };
    });
    await write(database.kind, transaction, [...rows.values()]);
    if (space.bytes !== before)
      await transaction.updateTable("spaces").set({ bytes: space.bytes }).where("id", "=", spaceId).execute();
    return { results, headSeq: space.headSeq, epoch: space.epoch };
  });
}

function bytesOf(op: PushOp): number {
  return ROW_BYTES + (op.body === null ? 0 : Buffer.byteLength(op.body, "utf8"));
}

/** Locks the space and takes `count` numbers; answers the last of them. */
async function reserve(
  transaction: Transaction<Schema>,
  spaceId: string,
  count: number,
): Promise<{ headSeq: number; bytes: number; epoch: number; encrypted: boolean }> {
  await transaction
    .updateTable("spaces")
    .set({ head_seq: sql`head_seq + ${count}` })
    .where("id", "=", spaceId)
    .execute();
  const row = await transaction
    .selectFrom("spaces")
    .select(["head_seq", "bytes", "epoch", "encrypted"])
    .where("id", "=", spaceId)
    .executeTakeFirstOrThrow();
  return {
    headSeq: Number(row.head_seq),
    bytes: Number(row.bytes),
    epoch: Number(row.epoch),
    encrypted: Number(row.encrypted) === 1,
  };
}

/** Packs that a push tells of are here, under the lock of whoever may hide them. Errors: PackGoneError. */
async function requirePacks(
  transaction: Transaction<Schema>,
  spaceId: string,
  ops: readonly PushOp[],
): Promise<void> {
  const told = ops.filter(({ id, body }) => body !== null && id.startsWith("pack."));
  if (told.length === 0) return;
  const packs = told.map(({ id }) => id.slice("pack.".length));
  const rows = await transaction
    .selectFrom("blobs")
    .select("id")
    .where("space_id", "=", spaceId)
    .where("id", "in", packs)
    .where("whole", "=", 1)
    .execute();
  const there = new Set(rows.map(({ id }) => id));
  const gone = packs.find((id) => !there.has(id));
  if (gone !== undefined) throw new PackGoneError(gone);
}

async function knownOf(
  transaction: Transaction<Schema>,
  { spaceId, deviceId, ops }: Push,
): Promise<Map<string, Stored>> {
  // Bodies are read of what may be sent again, which is seldom.
  const again = sql<Uint8Array | null>`case when device = ${deviceId} and stamp in (${sql.join(ops.map(({ stamp }) => stamp))}) then body end`;
  const rows = await transaction
    .selectFrom("items")
    .select([
      "id",
      "class",
      "stamp",
      "device",
      "seq",
      sql<number | null>`length(body)`.as("size"),
      again.as("again"),
    ])
    .where("space_id", "=", spaceId)
    .where("id", "in", [...new Set(ops.map(({ id }) => id))])
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        class: row.class as ItemClass,
        stamp: row.stamp,
        device: row.device,
        seq: Number(row.seq),
        removed: row.size === null,
        bytes: ROW_BYTES + Number(row.size ?? 0),
        holds: (body) => (row.again === null ? null : Buffer.from(row.again).toString("utf8")) === body,
      },
    ]),
  );
}

async function write(kind: Database["kind"], transaction: Transaction<Schema>, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  const insert = transaction.insertInto("items").values(rows);
  const changed = ["seq", "stamp", "device", "body"] as const;
  if (kind === "mysql") {
    const set = Object.fromEntries(changed.map((name) => [name, sql`VALUES(${sql.ref(name)})`]));
    await insert.onDuplicateKeyUpdate(set).execute();
  } else {
    const set = Object.fromEntries(changed.map((name) => [name, sql.ref(`excluded.${name}`)]));
    await insert.onConflict((conflict) => conflict.columns(["space_id", "id"]).doUpdateSet(set)).execute();
  }
}
