import { toErrorValue } from "../../src/domain/errors.ts";
import { PageDied, type SoakBrowser } from "./browser.ts";
import type { Random } from "./random.ts";
import { ask } from "./settle.ts";
import type { World } from "./world.ts";

interface Turn {
  world: World;
  browser: SoakBrowser;
  random: Random;
}
type Action = (turn: Turn) => Promise<void>;

/** What a person meets in the app, and no mistake of it. */
const EXPECTED = new Set(["not-found", "exists", "workspace-busy", "aborted", "unreachable"]);
const LARGE_CHARACTERS = 1_200_000;

/** A conversation that this browser has as a whole and that is not deleted. */
async function somewhere({ world, browser, random }: Turn): Promise<string | null> {
  const id = random.pick(world.conversations);
  const row = await browser.live(({ conversations }) => conversations.get(id));
  return row && row.deletedAt === null && row.incomplete !== true ? id : null;
}

const say: Action = async (turn) => {
  const id = await somewhere(turn);
  if (id !== null) await turn.browser.say(id, turn.world.truth.text("said"), turn.world.truth);
};

const rename: Action = async (turn) => {
  const conversation = await somewhere(turn);
  const { truth } = turn.world;
  if (conversation !== null)
    await truth.write(turn.browser, { kind: "title", conversation }, truth.text("title"));
};

const plan: Action = async (turn) => {
  const conversation = await somewhere(turn);
  const { truth } = turn.world;
  if (conversation !== null)
    await truth.write(turn.browser, { kind: "todos", conversation }, truth.text("todo"));
};

const set: Action = async ({ world, browser }) => {
  const { truth } = world;
  await truth.write(browser, { kind: "prompt", conversation: null }, truth.text("prompt"));
};

/** The last conversation comes and goes, so that the others can be looked at. */
const remove: Action = async ({ world, browser, random }) => {
  const id = world.conversations.at(-1) ?? "";
  await browser.live(async ({ conversations }) => {
    const row = await conversations.get(id);
    if (!row) return;
    if (row.deletedAt === null) await conversations.delete(id);
    else if (random.chance(0.7)) await conversations.undelete(id);
  });
};

const writeFile: Action = async (turn) => {
  const id = await somewhere(turn);
  if (id === null) return;
  const { random, browser, world } = turn;
  const large = random.chance(0.05) ? randomText(random) : "";
  await keepFile({ world, browser, id, path: `f${random.int(5)}.txt`, more: large });
};

/** Writes a file of a content that is nowhere else, and makes a snapshot of it. */
export async function keepFile(about: {
  world: World;
  browser: SoakBrowser;
  id: string;
  path: string;
  more?: string;
}): Promise<string> {
  const { world, browser, id, path, more = "" } = about;
  const content = `${world.truth.text("content")}\n${more}`;
  await browser.live(async () => {
    const { workspace } = await browser.files(id);
    await workspace.write(path, content);
    // Kept by now, or by this: what others did may be brought along between the two.
    await workspace.snapshot(`wrote ${path}`);
  });
  world.truth.filed(id, content);
  return content;
}

/** Works on files while a reply is written: what others did is brought along when it is over. */
const reply: Action = async (turn) => {
  const id = await somewhere(turn);
  if (id === null) return;
  const { world, browser, random } = turn;
  const { state, share } = await browser.live(() => browser.files(id));
  state.running = true;
  try {
    for (let step = 0; step < 2; step += 1) {
      await keepFile({ world, browser, id, path: `f${random.int(5)}.txt` });
      await rest(turn);
    }
  } finally {
    state.running = false;
    share.poke();
  }
};

const moveFile: Action = async (turn) => {
  const id = await somewhere(turn);
  if (id === null) return;
  const { random, browser } = turn;
  await browser.live(async () => {
    const { workspace } = await browser.files(id);
    const path = `f${random.int(5)}.txt`;
    if (!(await workspace.stat(path))) return;
    if (random.chance(0.5)) await workspace.remove(path);
    else await workspace.rename(path, `moved-${random.int(5)}.txt`);
    await workspace.snapshot(`moved ${path}`);
  });
};

const closeFiles: Action = async ({ world, browser, random }) =>
  browser.live(() => browser.closeFiles(random.pick(world.conversations)));

const syncNow: Action = ({ browser }) => ask(browser);
const offline: Action = async ({ browser }) => browser.goOffline();
const online: Action = async ({ browser }) => browser.goOnline();
/** Long enough for what was done before to be on its way. */
const rest: Action = ({ random }) => new Promise((resolve) => setTimeout(resolve, random.int(80)));

const EVERYDAY: readonly [number, Action][] = [
  [6, say],
  [4, rename],
  [3, plan],
  [3, set],
  [2, remove],
  [3, writeFile],
  [1, reply],
  [1, moveFile],
  [1, closeFiles],
  [1, syncNow],
  [6, rest],
];
const ROUGH: readonly [number, Action][] = [
  ...EVERYDAY,
  [3, offline],
  [6, online],
  [6, rest],
  [2, ({ browser }) => browser.reload()],
];

/** Lets one browser do so many things, drawn from its numbers, and more until `enough`. */
export async function act(
  turn: Turn,
  { count, rough, enough = () => true }: { count: number; rough: boolean; enough?: () => boolean },
): Promise<void> {
  const actions = (rough ? ROUGH : EVERYDAY).flatMap(([weight, action]) =>
    Array.from({ length: weight }, () => action),
  );
  for (let n = 0; n < count || !enough(); n += 1) {
    const action = turn.random.pick(actions);
    try {
      await action({ ...turn, random: turn.random.fork() });
      turn.world.counts.actions += 1;
    } catch (error) {
      if (error instanceof PageDied) continue;
      if (!EXPECTED.has(toErrorValue(error).code)) turn.world.strays.push(error);
    }
  }
}

/** What does not get smaller when it is packed. */
function randomText(random: Random): string {
  let text = "";
  while (text.length < LARGE_CHARACTERS) text += `${random.next()}${random.next()}\n`;
  return text;
}
