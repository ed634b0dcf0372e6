import { nameInTheWay } from "../../src/domain/git/branch-name.ts";
import { stampAt } from "../../src/domain/clock-stamp.ts";
import { newId } from "../../src/domain/ids.ts";
import type { OpStatus, PushOp } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import { push, type Pushed } from "../sync/push.ts";
import { STALE, type JudgedCommand } from "./judge-commands.ts";
import { NO_ROOM } from "./commit-pack.ts";
import { NO_OBJECT } from "./receive-request.ts";
import { inTheWay } from "./ref-name.ts";
import { readRefs, refIdOf, type Refs } from "./refs.ts";

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
  const packs = update.pack ? [packOp(update.pack, limits.now)] : [];
  const push = { spaceId: update.space, deviceId: newWriter() };
  for (;;) {
    const good = commands.filter(({ problem }) => problem === null);
    const refs = good.map((command) => refOp(command, update.refs, limits.now));
    if (packs.length + refs.length === 0) return null;
    let clashes = false;
    const ops = [...packs, ...refs];
    const first = await pushOps(database, { ...push, ops }, limits, async (statuses, inside) => {
      clashes = await findClashes(inside, update.space, good);
      return !clashes && (!update.atomic || refs.length === 0 || statuses.every(isTaken));
    });
    if (clashes) {
      // None of it was taken: without those it can be.
      if (update.atomic) takeNone(good);
      continue;
    }
    for (const [at, command] of good.entries()) {
      const status = first.pushed.results[packs.length + at]?.status;
      if (status === "conflict") command.problem = STALE;
      else if (!isTaken(status)) command.problem = status === "quota" ? NO_ROOM : `refused (${status})`;
    }
    if (!first.takenBack) return first.pushed.headSeq;
    // The pack is here and is told of by itself then, so that every pack can be found: nothing leads to it but what is pushed again.
    takeNone(good);
  }
}

function takeNone(commands: readonly JudgedCommand[]): void {
  for (const command of commands) command.problem ??= ATOMIC;
}

function isTaken(status: OpStatus | undefined): boolean {
  return status === "new" || status === "dup";
}

/** Gives a problem to new branches beside which there is another by now that cannot be. Answers whether there are any. */
async function findClashes(
  inside: Database,
  space: string,
  commands: readonly JudgedCommand[],
): Promise<boolean> {
  const made = commands.filter(({ old, branch }) => old === NO_OBJECT && branch !== null);
  if (made.length === 0) return false;
  const { names } = await readRefs(inside, space);
  for (const command of made) {
    const other = nameInTheWay(command.branch ?? "", names);
    if (other !== null) command.problem = inTheWay(other);
  }
  return made.some(({ problem }) => problem !== null);
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
  accepts: (statuses: OpStatus[], inside: Database) => boolean | Promise<boolean> = () => true,
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
      if (
        !(await accepts(
          pushed.results.map(({ status }) => status),
          inside,
        ))
      )
        throw new TakenBack(pushed);
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
