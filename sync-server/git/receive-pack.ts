import { OkcvmError } from "../../src/domain/errors.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import type { BodyReader } from "./body-reader.ts";
import { IncomingPack } from "./incoming-pack.ts";
import { judgeCommits, judgeFiles, judgeNames, STALE, type JudgedCommand } from "./judge-commands.ts";
import { keepPack } from "./keep-pack.ts";
import { ObjectReader } from "./object-reader.ts";
import { BAND, bandPkts, FLUSH, pkt } from "./pkt-line.ts";
import { MAX_COMMANDS, NO_OBJECT, readCommands, type ReceiveRequest } from "./receive-request.ts";
import { readRefs } from "./refs.ts";
import { Repository } from "./repository.ts";
import { readPack, takePack, withPack, type TakenPack } from "./take-pack.ts";
import { ATOMIC, updateRefs } from "./update-refs.ts";
import { wordsOf } from "./upload-pack.ts";

export interface ReceiveParts {
  database: Database;
  blobs: Blobs;
  space: string;
  maxBytes: number;
  now: () => number;
  /** Told of the space's newest number when something changed. */
  changed(headSeq: number): void;
  /** Told of a failure that is not the client's. */
  failed(error: unknown): void;
}

/**
 * Answers a POST to git-receive-pack. Resolves when all of the request was
 * read; the answer then comes packet by packet. Errors: `bad-request`,
 * `too-large`, when it cannot be answered in Git's own way.
 */
export async function receivePack(parts: ReceiveParts, body: BodyReader): Promise<AsyncGenerator<Buffer>> {
  const request = await readCommands(body);
  const { database, blobs, space, maxBytes } = parts;
  const pack = new IncomingPack(blobs, space, maxBytes);
  let problem: unknown = null;
  let read: IncomingPack | null = null;
  try {
    if (request.commands.length > MAX_COMMANDS) throw tooMany();
    read = await readPack(body, pack);
  } catch (error) {
    await pack.remove();
    if (!(error instanceof OkcvmError)) throw error;
    problem = error;
    await body.drain();
  }
  const commands = judgeNames(request.commands, await readRefs(database, space));
  return answer(parts, { request, commands, pack: read, problem });
}

function tooMany(): OkcvmError {
  return new OkcvmError("too-large", `A push may change ${MAX_COMMANDS} branches at most.`);
}

interface Received {
  request: ReceiveRequest;
  commands: JudgedCommand[];
  /** null for none. */
  pack: IncomingPack | null;
  /** What went wrong so far. */
  problem: unknown;
}

/** How often a client that waits for its answer hears that it is being worked on. Milliseconds. */
const KEEP_ALIVE_MS = 5_000;

async function* answer(parts: ReceiveParts, received: Received): AsyncGenerator<Buffer> {
  const { commands, request } = received;
  // Nothing but a flush: the client tries out whether it may push.
  if (commands.length === 0) return;
  const bands = request.options.has("side-band-64k");
  const work = settle(take(parts, received));
  for (let report = await within(work, KEEP_ALIVE_MS); ; report = await within(work, KEEP_ALIVE_MS)) {
    if (report === null) {
      if (bands) yield Buffer.concat([Buffer.from("0005"), Buffer.of(BAND.data)]);
      continue;
    }
    if (request.options.has("report-status"))
      yield bands ? Buffer.concat([bandPkts(BAND.data, report), FLUSH]) : report;
    return;
  }
}

/** Does it, and answers the report. It is done also when nobody waits for it any more. */
async function take(parts: ReceiveParts, received: Received): Promise<Buffer> {
  const { commands } = received;
  let unpacked = "ok";
  try {
    if (received.problem) throw received.problem;
    await apply(parts, received);
  } catch (error) {
    if (!(error instanceof OkcvmError)) parts.failed(error);
    unpacked = wordsOf(error).replaceAll("\n", " ");
    for (const command of commands) command.problem ??= "unpacker error";
  } finally {
    await received.pack?.remove();
  }
  const results = commands.map(({ ref, problem }) =>
    pkt(problem === null ? `ok ${ref}\n` : `ng ${ref} ${problem}\n`),
  );
  return Buffer.concat([pkt(`unpack ${unpacked}\n`), ...results, FLUSH]);
}

async function apply(parts: ReceiveParts, { request, commands, pack }: Received): Promise<void> {
  const { database, blobs, space, maxBytes, now } = parts;
  const repository = new Repository(database, blobs, space);
  const objects = new ObjectReader(repository);
  const atomic = request.options.has("atomic");
  if (!goesOn(commands, atomic)) return;
  const taken = pack && (await takePack(pack, repository, objects));
  await judgeCommits(commands, objects, taken?.commits ?? new Map());
  await judgeFiles(commands, taken ? new ObjectReader(withPack(repository, taken)) : objects);
  const refs = await readRefs(database, space);
  for (const command of commands) command.problem ??= staleNow(command, refs);
  if (!goesOn(commands, atomic)) return;
  if (taken) await keepPack({ database, blobs, maxBytes, now }, { space, ...taken });
  const update = { space, pack: packOf(taken), refs, atomic };
  const headSeq = await updateRefs(database, commands, update, { now: now(), maxBytes });
  if (headSeq !== null) parts.changed(headSeq);
}

/** Whether anything is left to be done. */
function goesOn(commands: JudgedCommand[], atomic: boolean): boolean {
  if (atomic && commands.some(({ problem }) => problem !== null))
    for (const command of commands) command.problem ??= ATOMIC;
  return commands.some(({ problem }) => problem === null);
}

/** Another was faster, while the pack came in. */
function staleNow({ branch, old }: JudgedCommand, refs: Awaited<ReturnType<typeof readRefs>>): string | null {
  const oid = refs.branches.find(({ name }) => name === branch)?.oid ?? NO_OBJECT;
  return oid === old ? null : STALE;
}

function packOf(taken: TakenPack | null): { id: string; size: number } | null {
  return taken && { id: taken.id, size: taken.pack.size };
}

/** A promise as one that never rejects, so that it can be waited for again and again. */
function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** What a promise settles to; null when it takes longer. */
async function within<T>(
  settled: Promise<{ value: T } | { error: unknown }>,
  limitMs: number,
): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), limitMs)));
  const first = await Promise.race([settled, late]);
  clearTimeout(timer);
  if (first === null) return null;
  if ("error" in first) throw first.error;
  return first.value;
}
