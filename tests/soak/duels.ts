import { keepFile } from "./actions.ts";
import { registersDiffer, messagesLack } from "./browser-checks.ts";
import type { SoakBrowser } from "./browser.ts";
import type { RequestKind } from "./network.ts";
import { ask, settle, untilRight } from "./settle.ts";
import type { World } from "./world.ts";

/** How long a request is held so that something comes in between. Milliseconds. */
const HELD_MS = 60;
const MEET_LIMIT_MS = 1_500;
const STEP_MS = 120;
/** Questions, each with its answer, while a browser is away. */
const SAID_MEANWHILE = 6;
/** Crashes in the middle of a pull. */
const PULL_CRASHES = 5;

/**
 * Meetings that chance seldom brings about, one after another in a quiet
 * network. Errors: what is wrong after them.
 */
export async function duel(world: World): Promise<void> {
  await rewriteWhilePushing(world);
  await writeWhilePulling(world);
  await arriveLate(world);
  await answerFromBehind(world);
  for (let n = 0; n < PULL_CRASHES; n += 1) await crashWhilePulling(world, n);
  await loseAPush(world);
  await killAtAnswer(world);
  await bothFile(world);
  await stepOverNews(world);
  await fileAndLeave(world);
  await changeAndDie(world);
  await settle(world.browsers, world.limits.settle);
  await catchUp(world);
  await settle(world.browsers, world.limits.settle);
  const wrong = await untilRight(
    async () => [...(await registersDiffer(world)), ...(await messagesLack(world))],
    world.limits.right,
  );
  if (wrong.length > 0) throw new Error(`After the duels:\n  ${wrong.join("\n  ")}`);
}

/** A plan, and then a setting, is changed again while the change before is on its way. */
async function rewriteWhilePushing(world: World): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [browser] = browsers as [SoakBrowser];
  const registers = [
    { kind: "todos", conversation: conversations[0] ?? "" },
    { kind: "prompt", conversation: null },
  ] as const;
  for (const register of registers) {
    // Nothing else is on its way then.
    await settle(browsers, world.limits.settle);
    const held = hold(browser, "onRequest", "push");
    await truth.write(browser, register, truth.text("first"));
    await held;
    await truth.write(browser, register, truth.text("second"));
  }
  await settle([browser], world.limits.settle);
}

/** More was said while one was away than one page holds, and nothing is said after that which would have it look again. */
async function catchUp(world: World): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [away, speaker] = browsers as [SoakBrowser, SoakBrowser];
  away.goOffline();
  for (let n = 0; n < SAID_MEANWHILE; n += 1)
    await speaker.say(conversations[0] ?? "", truth.text("meanwhile"), truth);
  await settle([speaker], world.limits.settle);
  away.goOnline();
}

/** A title is changed here while an older one of elsewhere is just coming. */
async function writeWhilePulling(world: World): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [ahead, behind] = browsers as [SoakBrowser, SoakBrowser];
  const register = { kind: "title", conversation: conversations[0] ?? "" } as const;
  await settle(browsers, world.limits.settle);
  const held = hold(ahead, "onAnswer", "pull");
  await truth.write(behind, register, truth.text("title"));
  await held;
  await truth.write(ahead, register, truth.text("title"));
  await settle(browsers, world.limits.settle);
}

/** Two change a title offline; who did it first comes back last. */
async function arriveLate(world: World): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [ahead, behind] = browsers as [SoakBrowser, SoakBrowser];
  const register = { kind: "title", conversation: conversations[1] ?? "" } as const;
  ahead.goOffline();
  behind.goOffline();
  await truth.write(behind, register, truth.text("title"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await truth.write(ahead, register, truth.text("title"));
  ahead.goOnline();
  await settle([ahead], world.limits.settle);
  behind.goOnline();
  await settle(browsers, world.limits.settle);
}

/** Whose clock is behind changes what it has just seen. */
async function answerFromBehind(world: World): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [first, , slow] = browsers as [SoakBrowser, SoakBrowser, SoakBrowser];
  const register = { kind: "todos", conversation: conversations[1] ?? "" } as const;
  await truth.write(first, register, truth.text("todo"));
  await settle(browsers, world.limits.settle);
  await truth.write(slow, register, truth.text("todo"));
  await settle(browsers, world.limits.settle);
}

async function crashWhilePulling(world: World, n: number): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [writer] = browsers as [SoakBrowser];
  const reader = browsers[1 + (n % 2)] as SoakBrowser;
  const came = hold(reader, "onAnswer", "pull", 0);
  await writer.say(conversations[n % 2] ?? "", truth.text("said"), truth);
  await came;
  await new Promise((resolve) => setTimeout(resolve, 2 + world.random.int(14)));
  world.counts.crashes += 1;
  await reader.reload();
}

/** A push never arrives. */
async function loseAPush(world: World): Promise<void> {
  const { browsers, conversations, truth } = world;
  const [writer] = browsers as [SoakBrowser];
  await settle(browsers, world.limits.settle);
  writer.network.onRequest = (kind) => {
    if (kind !== "push") return;
    writer.network.onRequest = null;
    throw new TypeError("lost on the way");
  };
  await writer.say(conversations[1] ?? "", truth.text("said"), truth);
  await settle(browsers, world.limits.settle);
}

/** The server is killed at the very moment at which it says that something is kept. */
async function killAtAnswer(world: World): Promise<void> {
  const { browsers, conversations, server, truth } = world;
  const [writer] = browsers as [SoakBrowser];
  await settle(browsers, world.limits.settle);
  const told = new Promise<void>((resolve) => {
    writer.network.onAnswer = (kind) => {
      if (kind !== "push") return;
      writer.network.onAnswer = null;
      world.counts.kills += 1;
      void server.kill().then(resolve);
    };
  });
  await writer.say(conversations[0] ?? "", truth.text("said"), truth);
  await Promise.race([told, late()]);
  writer.network.onAnswer = null;
  await server.kill();
  await server.start();
  for (const one of browsers) one.goOnline();
}

/** Two make snapshots of the same branch offline, and come back at once. */
async function bothFile(world: World): Promise<void> {
  const { browsers, conversations } = world;
  const [a, b] = browsers as [SoakBrowser, SoakBrowser];
  const id = conversations[0] ?? "";
  await settle(browsers, world.limits.settle);
  await keepFile({ world, browser: a, id, path: "shared.txt" });
  await b.files(id);
  await settle([a, b], world.limits.settle);
  a.goOffline();
  b.goOffline();
  const contents = [
    await keepFile({ world, browser: a, id, path: "shared.txt" }),
    await keepFile({ world, browser: b, id, path: "shared.txt" }),
    await keepFile({ world, browser: b, id, path: "of-b.txt" }),
  ];
  a.goOnline();
  b.goOnline();
  await settle([a, b], world.limits.settle);
  const wrong = await untilRight(async () => {
    const there = await Promise.all([a, b].map((one) => contentsOf(one, id)));
    return contents
      .filter((content) => !there.every((all) => all.has(content)))
      .map((content) => `after a merge no file has ${content}`);
  }, world.limits.right);
  if (wrong.length > 0) throw new Error(wrong.join());
}

/** Files come while a reply changes others, and who made them does not come back to them. */
async function stepOverNews(world: World): Promise<void> {
  const { browsers, conversations } = world;
  const [other, writer] = browsers as [SoakBrowser, SoakBrowser];
  const id = conversations[1] ?? "";
  await Promise.all([other.files(id), settle([other, writer], world.limits.settle)]);
  const { state, share } = await writer.files(id);
  await settle([other, writer], world.limits.settle);
  state.running = true;
  const contents = [await keepFile({ world, browser: other, id, path: "theirs.txt" })];
  await settle([other], world.limits.settle);
  await other.closeFiles(id);
  await ask(writer);
  contents.push(await keepFile({ world, browser: writer, id, path: "step.txt" }));
  // Long enough for a step to go out.
  await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  state.running = false;
  share.poke();
  const wrong = await untilRight(async () => {
    const there = await contentsOf(writer, id);
    return contents.filter((content) => !there.has(content)).map((one) => `after a reply no file has ${one}`);
  }, world.limits.right);
  if (wrong.length > 0)
    throw new Error([...wrong, await standingOf(other, id), await standingOf(writer, id)].join("\n  "));
}

async function contentsOf(browser: SoakBrowser, id: string): Promise<Set<string>> {
  const { workspace } = await browser.files(id);
  const files = (await workspace.list("", { recursive: true })).filter(({ kind }) => kind === "file");
  return new Set(await Promise.all(files.map(({ path }) => workspace.readText(path))));
}

/** A file is made offline, and the page crashes; nobody opens those files there again. */
async function fileAndLeave(world: World): Promise<void> {
  const { browsers, conversations } = world;
  const [, reader, leaver] = browsers as [SoakBrowser, SoakBrowser, SoakBrowser];
  const id = conversations[1] ?? "";
  await settle(browsers, world.limits.settle);
  // It has what the others filed there, or that is what it would ask for.
  await keepFile({ world, browser: leaver, id, path: "stays.txt" });
  await settle(browsers, world.limits.settle);
  leaver.goOffline();
  await new Promise((resolve) => setTimeout(resolve, 20));
  // It tries to send it, and notes before that that it waits; so does the change itself, which may be later than the first time.
  const tried = hold(leaver, "onRequest", "blob", 0);
  const content = await keepFile({ world, browser: leaver, id, path: "left.txt" });
  await tried;
  await hold(leaver, "onRequest", "blob", 0);
  world.counts.crashes += 1;
  await leaver.reload();
  leaver.goOnline();
  await settle([leaver], world.limits.settle);
  await expectFile(world, { id, path: "left.txt", content, leaver, reader });
}

/** A file is written, and the page dies before it can note that there is something to send; nobody opens those files there again. */
async function changeAndDie(world: World): Promise<void> {
  const { browsers, conversations } = world;
  const [, reader, leaver] = browsers as [SoakBrowser, SoakBrowser, SoakBrowser];
  const id = conversations[1] ?? "";
  const { workspace } = await leaver.files(id);
  await settle(browsers, world.limits.settle);
  const content = world.truth.text("content");
  await workspace.write("last.txt", content);
  leaver.crash();
  world.truth.filed(id, content);
  world.counts.crashes += 1;
  await leaver.reload();
  await expectFile(world, { id, path: "last.txt", content, leaver, reader });
}

/** Errors: a file that one made does not come to another. */
async function expectFile(
  world: World,
  about: { id: string; path: string; content: string; leaver: SoakBrowser; reader: SoakBrowser },
): Promise<void> {
  const { id, path, content, leaver, reader } = about;
  const { workspace } = await reader.files(id);
  const wrong = await untilRight(async () => {
    const there = await workspace.readText(path).catch(() => null);
    return there === content ? [] : [`${path} of ${leaver.name} never came to ${reader.name}`];
  }, world.limits.right);
  if (wrong.length > 0)
    throw new Error([...wrong, await standingOf(leaver, id), await standingOf(reader, id)].join("\n  "));
}

/** How a browser stands with the files of a conversation, for who looks for a fault. */
async function standingOf(browser: SoakBrowser, id: string): Promise<string> {
  const { store, sync } = browser.page;
  const { workspace } = await browser.files(id);
  const [branches, { refs, packs }, space] = await Promise.all([
    workspace.branches(),
    store.remoteFiles(id),
    store.space(id),
  ]);
  const lacking = packs.filter(({ here }) => !here).map((pack) => pack.id);
  const about = { branches, refs, lacking, space, waiting: await store.filesWaiting(), sync: sync.status() };
  return `${browser.name}: ${JSON.stringify(about)}\n      ${browser.network.recent.join("\n      ")}`;
}

/** Resolves when a request of a kind is met, which then waits a while. */
function hold(
  { network }: SoakBrowser,
  where: "onRequest" | "onAnswer",
  kind: RequestKind,
  ms = HELD_MS,
): Promise<void> {
  const met = new Promise<void>((resolve) => {
    network[where] = (met) => {
      if (met !== kind) return undefined;
      network[where] = null;
      resolve();
      return new Promise<void>((go) => setTimeout(go, ms));
    };
  });
  return Promise.race([met, late()]).finally(() => (network[where] = null));
}

function late(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, MEET_LIMIT_MS));
}
