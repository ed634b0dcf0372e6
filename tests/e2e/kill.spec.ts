import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";

import type { Session } from "../../src/vm/api.ts";
import { contentOf, KillScript, type Files, type Step } from "../support/e2e/kill-script.ts";
import { bytesFrom } from "../support/e2e/page-files.ts";
import { expect, ready, test } from "../support/e2e/test.ts";
import { cloneBundle, diskPicture, temporaryFolder } from "../support/git/real-git.ts";
import { seeded } from "../support/ports/seeded.ts";

/** How often the browser is killed; the long run is `OKCVM_KILLS=100 npx playwright test kill`. */
const KILLS = Number(process.env["OKCVM_KILLS"] ?? 8);
const LANES = ["a", "b", "c"];
const STEPS = 600;
/** A conversation is killed so often before the next begins, so that a long run stays quick. */
const KILLS_EACH = 10;

interface Lane {
  folder: string;
  script: KillScript;
  /** Steps the page was told are durable. */
  done: number;
  /** Snapshots it was told of, by place in the script. */
  snapshots: string[];
}

test("a killed browser loses nothing that was acknowledged, and the repository stays whole", async ({
  app,
}) => {
  // A machine that runs another test beside this one takes up to half a minute for each.
  test.setTimeout(60_000 + KILLS * 60_000);
  const folder = temporaryFolder();
  const profile = join(folder.path, "profile");
  const random = seeded(Number(process.env["OKCVM_SEED"] ?? 20_261_125));
  let files: Files = new Map();
  let conversation = "";
  let lanes: Lane[] = [];
  const failures: Error[] = [];
  let steps = 0;
  let snapshots = 0;
  try {
    for (let trial = 0; trial <= KILLS; trial++) {
      const context = await launch(profile);
      const page = await openPage(context, app.url);
      if (conversation !== "") expect(await openedConversation(page)).toBe(conversation);
      files = await check(page, { lanes, files, folder: folder.path });
      if (trial % KILLS_EACH === 0) {
        conversation = await beginConversation(page);
        files = new Map();
      }
      if (trial === KILLS) {
        await context.close();
        break;
      }
      // Every third trial goes back and forth in one lane; the others write in several at once.
      const restores = trial % 3 === 0;
      const folders = restores ? ["a"] : LANES;
      lanes = folders.map((lane) => ({
        folder: lane,
        script: new KillScript(lane, files, random, STEPS, restores),
        done: 0,
        snapshots: [],
      }));
      await run(page, lanes, failures);
      await expect.poll(() => lanes.some((lane) => lane.done > 0)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, random(1_500)));
      await kill(profile, context);
      expect(failures).toEqual([]);
      if (trial % 10 === 9) console.log(`${trial + 1} kills`);
      steps += lanes.reduce((sum, lane) => sum + lane.done, 0);
      snapshots += lanes.reduce((sum, lane) => sum + lane.snapshots.length, 0);
    }
    console.log(
      `${KILLS} kills; ${steps} acknowledged steps, ${snapshots} acknowledged snapshots, 0 lost, 0 corrupt`,
    );
    expect(snapshots).toBeGreaterThan(0);
  } finally {
    folder.remove();
  }
});

function launch(profile: string): Promise<BrowserContext> {
  for (const lock of ["SingletonLock", "SingletonCookie", "SingletonSocket"])
    rmSync(join(profile, lock), { force: true });
  return chromium.launchPersistentContext(profile, {
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
    serviceWorkers: "block",
  });
}

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(url);
  await ready(page);
  await page.evaluate(async () => {
    Object.assign(globalThis, { session: await okcvm.open() });
  });
  return page;
}

async function beginConversation(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { id } = await okcvm.conversations.create();
    Object.assign(globalThis, { session: await okcvm.open(id) });
    return id;
  });
}

/** The newest conversation, whose files are to be checked. */
function openedConversation(page: Page): Promise<string> {
  return page.evaluate(() => (globalThis as unknown as { session: Session }).session.id);
}

/** Starts the lanes in the page and hears what is done, until the browser is gone. */
async function run(page: Page, lanes: Lane[], failures: Error[]): Promise<void> {
  page.on("pageerror", (error) => failures.push(error));
  await page.exposeFunction("acknowledge", (lane: number, done: number, snapshot: string | null) => {
    const at = lanes[lane];
    if (!at) return;
    at.done = done;
    if (snapshot !== null) at.snapshots.push(snapshot);
  });
  const given = lanes.map((lane) => lane.script.steps);
  await page.evaluate(
    ([scripts, makeContent]) => {
      const page = globalThis as unknown as {
        session: Session;
        acknowledge(lane: number, done: number, snapshot: string | null): Promise<void>;
      };
      const { workspace } = page.session;
      // eslint-disable-next-line no-new-func
      const content = new Function(`return ${makeContent}`)() as (seed: number, size: number) => string;
      const runLane = async (steps: Step[], lane: number): Promise<void> => {
        const made: string[] = [];
        for (const [index, step] of steps.entries()) {
          let snapshot: string | null = null;
          if (step.kind === "write") await workspace.write(step.path, content(step.seed, step.size));
          else if (step.kind === "remove") await workspace.remove(step.path);
          else if (step.kind === "rename") await workspace.rename(step.path, step.to);
          else if (step.kind === "restore") await workspace.restore(made[step.snapshot] ?? "");
          else {
            snapshot = (await workspace.snapshot(`lane ${lane} step ${index}`)).id;
            made.push(snapshot);
          }
          void page.acknowledge(lane, index + 1, snapshot);
        }
      };
      for (const [lane, steps] of scripts.entries()) void runLane(steps, lane);
    },
    [given, String(contentOf)] as [Step[][], string],
  );
}

/** Kills the browser process; its helpers end with it. */
async function kill(profile: string, context: BrowserContext): Promise<void> {
  for (const pid of processesOf(profile, (command) => !command.includes("--type=")))
    process.kill(pid, "SIGKILL");
  await context.close().catch(() => {});
  for (const pid of processesOf(profile, () => true)) process.kill(pid, "SIGKILL");
  await expect.poll(() => processesOf(profile, () => true).length).toBe(0);
}

function processesOf(profile: string, wanted: (command: string) => boolean): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      const state = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.[0];
      return command.includes(profile) && state !== "Z" && wanted(command) ? [Number(name)] : [];
    } catch {
      // It ended while the list was read.
      return [];
    }
  });
}

/** What is there after a kill: each lane as after some step that is not before the last acknowledged. Answers the files. */
async function check(page: Page, was: { lanes: Lane[]; files: Files; folder: string }): Promise<Files> {
  const found = await readFiles(page);
  for (const lane of was.lanes) {
    const own = ownFiles(found, lane.folder);
    const at = lane.script.states.findLastIndex((state) => sameFiles(ownFiles(state, lane.folder), own));
    const { done } = lane;
    const outcome = `lane ${lane.folder}: ${done} steps acknowledged, found as after step ${at}`;
    if (at < done)
      console.log(outcome, [...own], [...ownFiles(lane.script.states[done] ?? new Map(), lane.folder)]);
    expect(at, outcome).toBeGreaterThanOrEqual(done);
  }
  const newest = await page.evaluate(async () => {
    const { workspace } = (globalThis as unknown as { session: Session }).session;
    return (await workspace.snapshots(10_000)).map(({ id }) => id);
  });
  for (const id of was.lanes.flatMap((lane) => lane.snapshots)) expect(newest).toContain(id);
  await checkRepository(page, found, was.folder);
  return found;
}

async function checkRepository(page: Page, found: Files, folder: string): Promise<void> {
  const bundle = await bytesFrom(page, () =>
    (globalThis as unknown as { session: Session }).session.workspace.exportGit(),
  );
  const clone = cloneBundle(bundle, folder);
  const picture = Object.entries(diskPicture(clone)).map(([path, content]): [string, string] => [
    path,
    head(content.slice(4)),
  ]);
  expect(sameFiles(new Map(picture), found)).toBe(true);
  rmSync(clone, { recursive: true });
}

/** The first line of each file tells what its content is made from; its length has to be that of the whole. */
async function readFiles(page: Page): Promise<Files> {
  const entries = await page.evaluate(async () => {
    const { workspace } = (globalThis as unknown as { session: Session }).session;
    const all = await workspace.list("", { recursive: true });
    return Promise.all(
      all
        .filter((entry) => entry.kind === "file")
        .map(async ({ path }): Promise<[string, string]> => [
          path.slice(workspace.root.length + 1),
          await workspace.readText(path),
        ]),
    );
  });
  return new Map(entries.map(([path, content]) => [path, head(content)]));
}

function head(content: string): string {
  const [line = ""] = content.split("\n");
  const [seed, size] = line.split(" ").map(Number);
  expect(content === contentOf(seed ?? 0, size ?? 0)).toBe(true);
  return line;
}

function ownFiles(files: Files, folder: string): Files {
  return new Map([...files].filter(([path]) => path.startsWith(`${folder}/`)));
}

function sameFiles(a: Files, b: Files): boolean {
  return a.size === b.size && [...a].every(([path, content]) => b.get(path) === content);
}
