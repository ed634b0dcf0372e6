import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openDatabase } from "../../sync-server/db/open.ts";
import { freePort } from "../support/e2e/app-server.ts";
import { act } from "./actions.ts";
import { deletionsDiffer, digestsDiffer, messagesLack, mistakes, registersDiffer } from "./browser-checks.ts";
import { SoakBrowser } from "./browser.ts";
import type { DatabaseSource, SoakDatabase } from "./databases.ts";
import { duel } from "./duels.ts";
import { filesDiffer, gitFinds, openAllFiles } from "./files-checks.ts";
import { NO_FAULTS, type Faults } from "./network.ts";
import { Random } from "./random.ts";
import { openSpaces } from "./opened-spaces.ts";
import { readSpaces, rowsAreWrong, serverLacks, strangerSees } from "./server-checks.ts";
import { ServerProcess } from "./server-process.ts";
import { HASTY, PATIENT, settle, untilRight } from "./settle.ts";
import { Truth } from "./truth.ts";
import type { Plan, World } from "./world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const HAMMER_ACTIONS = 14;
const CHAOS_ACTIONS = 20;
const KILLS = 2;
const SCENARIO_LIMIT_MS = 180_000;

const HAMMER: Faults = {
  lostRequest: 0.03,
  lostAnswer: 0.05,
  twice: 0.15,
  halfAnswer: 0.03,
  cutEvents: 0.2,
  delayMs: 15,
};
const CHAOS: Faults = {
  lostRequest: 0.12,
  lostAnswer: 0.12,
  twice: 0.15,
  halfAnswer: 0.06,
  cutEvents: 0.4,
  delayMs: 25,
};

export interface Outcome {
  /** Empty when everything holds. */
  problems: string[];
  counts: Record<string, number>;
  /** Each phase with its seconds. */
  phases: string[];
  ms: number;
}

/** Runs one scenario from its seed: hammer, duels, chaos, heal, quiesce, and looks whether anything is lost. */
export async function runScenario(
  plan: Plan,
  { source, serverFolder }: { source: DatabaseSource; serverFolder: string },
): Promise<Outcome> {
  const began = performance.now();
  const database = await source.newDatabase();
  const world = await build(plan, database, serverFolder);
  const strays = (error: unknown): void => {
    if (!isOfDeadPage(error)) world.strays.push(error);
  };
  process.on("unhandledRejection", strays);
  let problems: string[];
  try {
    problems = await inTime(play(world));
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)];
  } finally {
    for (const one of [...world.browsers, world.stranger]) one.close();
    await world.server.kill();
    process.off("unhandledRejection", strays);
  }
  return { problems, counts: countsOf(world), phases: world.phases, ms: performance.now() - began };
}

async function build(plan: Plan, database: SoakDatabase, serverFolder: string): Promise<World> {
  const random = new Random(plan.seed);
  const server = new ServerProcess({
    folder: serverFolder,
    databaseUrl: database.url,
    port: await freePort(),
  });
  await server.start();
  // The first is right; the second is days off, which it is told; the third is off by what is left as it is.
  const skews = [0, random.pick([-1.7, -0.3, 0.4, 2.3]) * DAY, -(40 + random.int(10)) * 1_000];
  const browser = (name: string, skew: number): SoakBrowser =>
    new SoakBrowser({ name: `${plan.seed}-${name}`, server: server.url, skew, random: random.fork() });
  return {
    plan,
    random,
    truth: new Truth(),
    server,
    database,
    browsers: skews.map((skew, at) => browser("abc".charAt(at), skew)),
    stranger: browser("x", 5 * DAY),
    conversations: [],
    limits: plan.hasty ? HASTY : PATIENT,
    strays: [],
    phases: [],
    counts: { actions: 0, kills: 0, crashes: 0 },
  };
}

async function play(world: World): Promise<string[]> {
  const { plan, browsers, server, database } = world;
  const folder = mkdtempSync(join(tmpdir(), "okcvm-soak-backup-"));
  try {
    const mark = marker(world);
    await begin(world);
    mark("begin");
    const backup = join(folder, "backup.db");
    const hammering = everyone(world, HAMMER, (turn) => act(turn, { count: HAMMER_ACTIONS, rough: false }));
    if (plan.restore) await server.command("backup", backup);
    await hammering;
    mark("hammer");
    everyoneOnline(world);
    await duel(world);
    mark("duels");
    await chaos(world);
    mark("chaos");
    if (plan.restore) {
      await server.kill();
      database.restore?.(backup);
      for (const { network } of browsers) {
        network.generation += 1;
        network.moved.length = 0;
      }
      await server.command("restored");
      await server.start();
      mark("restore");
    }
    everyoneOnline(world);
    await settle([...browsers, world.stranger], world.limits.settle);
    mark("quiesce");
    const problems = await look(world);
    mark("look");
    return problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Notes how long each phase took. */
function marker({ phases }: World): (phase: string) => void {
  let began = performance.now();
  return (phase) => {
    const now = performance.now();
    phases.push(`${phase} ${((now - began) / 1000).toFixed(1)}`);
    began = now;
  };
}

/** The share of conversations that the server cannot read, besides the one that it cannot in every scenario. */
const ENCRYPTED = 0.25;

/** Two accounts, and a conversation of each browser. */
async function begin(world: World): Promise<void> {
  const { browsers, stranger, truth, conversations } = world;
  const [first, ...others] = browsers;
  if (!first) return;
  const { secret } = await first.page.sync.create(first.name);
  for (const one of others) await one.page.sync.signIn(secret, one.name);
  await stranger.page.sync.create(stranger.name);
  await settle([...browsers, stranger], world.limits.settle);
  const sealed = world.random.pick(browsers);
  for (const one of [...browsers, stranger]) {
    const { id } = await one.page.conversations.create();
    if (one !== stranger) conversations.push(id);
    if (one === sealed || world.random.chance(ENCRYPTED)) await one.page.sync.encryption.choose(id, true);
    await one.say(id, truth.text("said"), truth);
    if (one !== stranger) await truth.write(one, { kind: "title", conversation: id }, truth.text("title"));
  }
  await settle([...browsers, stranger], world.limits.settle);
}

async function everyone(
  world: World,
  faults: Faults,
  work: (turn: Parameters<typeof act>[0]) => Promise<void>,
): Promise<void> {
  await Promise.all(
    world.browsers.map(async (browser) => {
      browser.network.faults = faults;
      await work({ world, browser, random: world.random.fork() });
    }),
  );
}

function everyoneOnline({ browsers, stranger }: World): void {
  for (const one of [...browsers, stranger]) {
    one.network.faults = NO_FAULTS;
    one.goOnline();
  }
}

async function chaos(world: World): Promise<void> {
  let killing = true;
  const enough = (): boolean => !killing;
  await Promise.all([
    everyone(world, CHAOS, (turn) => act(turn, { count: CHAOS_ACTIONS, rough: true, enough })),
    kill(world).finally(() => (killing = false)),
  ]);
}

/** Kills the server at answers of pushes, and the database's own process once. */
async function kill(world: World): Promise<void> {
  for (let n = 0; n < KILLS; n += 1) {
    await nextPush(world);
    world.counts.kills += 1;
    await Promise.all([world.server.kill(), n === 0 ? world.database.crash?.() : undefined]);
    await world.server.start();
    // Before the next time they are to come so far that they push.
    await new Promise((resolve) => setTimeout(resolve, 50 + world.random.int(250)));
  }
}

/** Resolves when a push was answered, or after a while. */
function nextPush({ browsers, random }: World): Promise<void> {
  const over = new Promise<void>((resolve) => setTimeout(resolve, 50 + random.int(250)));
  const answered = new Promise<void>((resolve) => {
    for (const { network } of browsers)
      network.onAnswer = (kind) => (kind === "push" ? resolve() : undefined);
  });
  return Promise.race([over, answered]).finally(() => {
    for (const { network } of browsers) network.onAnswer = null;
  });
}

/** What is wrong in the end. */
async function look(world: World): Promise<string[]> {
  const { browsers, stranger } = world;
  const database = await openDatabase(world.database.address);
  try {
    await openAllFiles(world);
    const wrong = await untilRight(async () => {
      const rows = await readSpaces(database);
      const { opened: spaces, wrong: closed } = await openSpaces(world, rows);
      return [
        ...closed,
        ...(await messagesLack(world)),
        ...(await registersDiffer(world)),
        ...(await deletionsDiffer(world)),
        ...(await digestsDiffer([...browsers, stranger], spaces)),
        ...(await filesDiffer(world, spaces)),
        ...serverLacks(world, spaces),
        ...rowsAreWrong(rows),
      ];
    }, world.limits.right);
    const { opened: spaces } = await openSpaces(world, await readSpaces(database));
    wrong.push(...(await strangerSees(world, spaces)), ...mistakes(world));
    // Costly, and of no use when the rest is wrong already.
    return wrong.length > 0 ? wrong : await gitFinds(world, spaces);
  } finally {
    await database.close();
  }
}

function countsOf({ browsers, counts, truth }: World): Record<string, number> {
  const of = (name: "requests" | "faults"): number =>
    browsers.reduce((sum, { network }) => sum + network.counts[name], 0);
  const sizes = (all: Iterable<{ size: number }>): number =>
    [...all].reduce((sum, { size }) => sum + size, 0);
  return {
    ...counts,
    messages: sizes(truth.messages.values()),
    writes: [...truth.registers.values()].reduce((sum, { writes }) => sum + writes.length, 0),
    contents: sizes(truth.contents.values()),
    requests: of("requests"),
    faults: of("faults"),
  };
}

/** What a killed page still says of itself. */
function isOfDeadPage(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  const words = `${String(name)} ${String(message)}`;
  return /AbortError|InvalidStateError|DatabaseClosed|TransactionInactive|PageDied|page is gone|aborted/i.test(
    words,
  );
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("It does not come to an end.")), SCENARIO_LIMIT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
