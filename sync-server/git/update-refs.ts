import { stampAt } from "../../src/domain/clock-stamp.ts";
import { newId } from "../../src/domain/ids.ts";
import type { OpStatus, PushOp } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import { push, type Pushed } from "../sync/push.ts";
import { STALE, type JudgedCommand } from "./judge-commands.ts";
import { NO_ROOM } from "./commit-pack.ts";
import { NO_OBJECT } from "./receive-request.ts";
import { refIdOf, type Refs } from "./refs.ts";

export interface RefUpdate {
  space: string;
  /** The stored pack that comes with it. */
  pack: { id: string; size: number } | null;
  /** As they were when the changes were judged. */
  refs: Refs;
  atomic: boolean;
}

/** Thrown to take a transaction back. */
class TakenBack extends Error {
  readonly pushed: Pushed;

  constructor(pushed: Pushed) {
    super("Some of it was refused.");
    this.pushed = pushed;
  }
}

/**
 * Moves branches from what they were when they were read, and tells devices of
 * the pack, in one transaction. What was refused gets its problem. Answers the
 * space's newest number; null when nothing changed.
 */
export async function updateRefs(
  database: Database,
  commands: JudgedCommand[],
  update: RefUpdate,
  limits: { now: number; maxBytes: number },
): Promise<number | null> {
  const good = commands.filter(({ problem }) => problem === null);
  const packs = update.pack ? [packOp(update.pack, limits.now)] : [];
  const refs = good.map((command) => refOp(command, update.refs, limits.now));
  if (packs.length + refs.length === 0) return null;
  const push = { spaceId: update.space, deviceId: newWriter() };
  const first = await pushOps(database, { ...push, ops: [...packs, ...refs] }, limits, (statuses) => {
    return !update.atomic || statuses.every((status) => status === "new" || status === "dup");
  });
  for (const [at, command] of good.entries()) {
    const status = first.pushed.results[packs.length + at]?.status;
    if (status === "conflict") command.problem = STALE;
    else if (status !== "new" && status !== "dup")
      command.problem = status === "quota" ? NO_ROOM : `refused (${status})`;
  }
  if (!first.takenBack) return first.pushed.headSeq;
  for (const command of good) command.problem ??= ATOMIC;
  if (packs.length === 0) return null;
  // The pack is here and is told of, so that every pack can be found: nothing leads to it but what is pushed again.
  return (await pushOps(database, { ...push, ops: packs }, limits)).pushed.headSeq;
}

export const ATOMIC = "atomic push failure";

/**
 * Who a change of the server's own is by. An item that has the stamp and the
 * device of a change is taken for that change, sent again: two of one
 * millisecond would both be said to be done, and one be lost.
 */
export function newWriter(): string {
  return `server.${newId()}`;
}

/** A push; nothing of it is taken when what became of it is not accepted. */
export async function pushOps(
  database: Database,
  about: Parameters<typeof push>[1],
  limits: { now: number; maxBytes: number },
  accepts: (statuses: OpStatus[]) => boolean = () => true,
): Promise<{ pushed: Pushed; takenBack: boolean }> {
  try {
    const pushed = await database.transact(async (transaction) => {
      const inside: Database = {
        kind: database.kind,
        kysely: transaction,
        transact: (work) => work(transaction),
        close: async () => undefined,
      };
      const pushed = await push(inside, about, limits);
      if (!accepts(pushed.results.map(({ status }) => status))) throw new TakenBack(pushed);
      return pushed;
    });
    return { pushed, takenBack: false };
  } catch (error) {
    if (error instanceof TakenBack) return { pushed: error.pushed, takenBack: true };
    throw error;
  }
}

export function packOp(
  { id, ...body }: { id: string; size: number; replaces?: string[] },
  now: number,
): PushOp {
  return { id: `pack.${id}`, class: "add", stamp: stampAt(now), body: JSON.stringify(body) };
}

function refOp({ branch, new: oid }: JudgedCommand, refs: Refs, now: number): PushOp {
  const id = refIdOf(branch ?? "");
  return {
    id,
    class: "cas",
    stamp: stampAt(now),
    body: oid === NO_OBJECT ? null : JSON.stringify({ name: branch, oid }),
    expect: refs.items.get(id) ?? null,
  };
}
