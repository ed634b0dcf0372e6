import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, it } from "vitest";

import type * as Library from "../../src/index.ts";
import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { launchProfile, median, ms, publish, rendererMemory, type Row } from "./support.ts";

const SIZES = [100, 1_000, 10_000];
const ROUNDS = 9;
const CHANGED = 10;
const FILE_BYTES = 2_048;
const UPLOAD_MB = 100;

let app: AppServer;
beforeAll(async () => {
  app = await startAppServer();
});
afterAll(async () => {
  await app?.stop();
});

describe("workspace", () => {
  it("beside native git on the same tree", { timeout: 1_200_000 }, async () => {
    const rows: Row[] = [];
    for (const size of SIZES) rows.push(...(await compare(size)));
    rows.push(await uploadRow());
    publish("Workspace: Git snapshots", "native git, same tree and disk", rows);
  });
});

/** The same path and content on both sides. */
function pathOf(index: number): string {
  return `src/part-${Math.floor(index / 100)}/group-${Math.floor(index / 10) % 10}/file-${index}.txt`;
}
function contentOf(index: number, round: number): string {
  const line = `file ${index} round ${round} `;
  let text = "";
  for (let at = 0; text.length < FILE_BYTES; at++)
    text += `${line}${(index * 2_654_435_761 + at * 40_503) >>> 0}\n`;
  return text.slice(0, FILE_BYTES);
}

async function compare(size: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-bench-"));
  const profile = join(folder, "profile");
  let context = await launchProfile(profile);
  try {
    const theirs = new NativeGit(join(folder, "repo"));
    const ours = await OurWorkspace.open(context, app.url);
    const first = [await ours.fill(size), theirs.fill(size)] as const;
    const rounds: Record<"snapshot" | "restore" | "diff", [number[], number[]]> = {
      snapshot: [[], []],
      restore: [[], []],
      diff: [[], []],
    };
    for (let round = 1; round <= ROUNDS; round++) {
      const changed = Array.from(
        { length: CHANGED },
        (_, n) => Math.floor(((n + round / 20) * size) / CHANGED) % size,
      );
      await ours.change(changed, round);
      theirs.change(changed, round);
      push(rounds.snapshot, await ours.snapshot(), theirs.snapshot());
      push(rounds.diff, await ours.diff(), theirs.diff());
      await ours.change(changed, -round);
      theirs.change(changed, -round);
      push(rounds.restore, await ours.restore(), theirs.restore());
    }
    const id = ours.id;
    await context.close();
    const cold: number[] = [];
    for (let round = 0; round < 3; round++) {
      context = await launchProfile(profile);
      cold.push(await OurWorkspace.coldRead(context, app.url, id, pathOf(Math.floor(size / 2))));
      await context.close();
    }
    const name = size.toLocaleString("en");
    return [
      row(`first commit, ${name} files of 2 KB`, [first[0]], [first[1]]),
      row(`snapshot after ${CHANGED} changes, ${name} files`, ...rounds.snapshot),
      row(`back to the last commit with ${CHANGED} files changed, ${name} files`, ...rounds.restore),
      row(`what changed between two commits, ${name} files`, ...rounds.diff),
      { what: `cold open to the first read, ${name} files`, ours: ms(median(cold)), other: "-", ratio: "" },
    ];
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function push(into: [number[], number[]], ours: number, theirs: number): void {
  into[0].push(ours);
  into[1].push(theirs);
}

function row(what: string, ours: number[], theirs: number[]): Row {
  const ratio = median(ours) / median(theirs);
  return { what, ours: ms(median(ours)), other: ms(median(theirs)), ratio: ratio.toFixed(2) };
}

/** Peak memory of the tab's process while a large upload is written and snapshotted. */
async function uploadRow(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-bench-"));
  const context = await launchProfile(join(folder, "profile"));
  try {
    const page = await openPage(context, app.url);
    await page.evaluate(async (megabytes) => {
      const parts: Blob[] = [];
      for (let n = 0; n < megabytes; n++) {
        const bytes = new Uint8Array(1024 * 1024);
        for (let at = 0; at < bytes.length; at += 65_536)
          crypto.getRandomValues(bytes.subarray(at, at + 65_536));
        parts.push(new Blob([bytes]));
      }
      Object.assign(globalThis, { upload: new Blob(parts) });
    }, UPLOAD_MB);
    const memory = rendererMemory(join(folder, "profile"));
    const time = await page.evaluate(async () => {
      const { workspace } = await okcvm.open();
      const started = performance.now();
      await workspace.write("upload/film.mp4", (globalThis as unknown as { upload: Blob }).upload);
      await workspace.snapshot("upload");
      return performance.now() - started;
    });
    const peak = memory.stop();
    return {
      what: `${UPLOAD_MB} MB upload written and committed; peak memory of the tab's process`,
      ours: `${ms(time)}; ${Math.round(peak / 1024 ** 2)} MB`,
      other: `${UPLOAD_MB} MB, its size`,
      ratio: (peak / (UPLOAD_MB * 1024 ** 2)).toFixed(2),
    };
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(url);
  await page.evaluate(() => okcvm.ready.then(() => true));
  return page;
}

class OurWorkspace {
  readonly id: string;
  readonly #page: Page;

  private constructor(page: Page, id: string) {
    this.#page = page;
    this.id = id;
  }

  static async open(context: BrowserContext, url: string): Promise<OurWorkspace> {
    const page = await openPage(context, url);
    return new OurWorkspace(page, await page.evaluate(async () => (await okcvm.open()).id));
  }

  /** Milliseconds of the first commit; writing the files is not counted. */
  async fill(size: number): Promise<number> {
    const files = Array.from({ length: size }, (_, index): [string, string] => [
      pathOf(index),
      contentOf(index, 0),
    ]);
    for (let start = 0; start < size; start += 1_000) await this.#write(files.slice(start, start + 1_000));
    return this.snapshot();
  }

  change(changed: number[], round: number): Promise<void> {
    return this.#write(changed.map((index) => [pathOf(index), contentOf(index, round)]));
  }

  snapshot(): Promise<number> {
    return this.#page.evaluate(async () => {
      const { workspace } = await okcvm.open();
      const started = performance.now();
      await workspace.snapshot("bench");
      return performance.now() - started;
    });
  }

  restore(): Promise<number> {
    return this.#page.evaluate(async () => {
      const { workspace } = await okcvm.open();
      const [head] = await workspace.snapshots(1);
      const started = performance.now();
      await workspace.restore(head?.id ?? "");
      return performance.now() - started;
    });
  }

  diff(): Promise<number> {
    return this.#page.evaluate(async () => {
      const { workspace } = await okcvm.open();
      const [head, before] = await workspace.snapshots(2);
      const started = performance.now();
      await workspace.diff(before?.id ?? null, head?.id ?? null);
      return performance.now() - started;
    });
  }

  /** In a page without the app's own screen, which would open the workspace before the clock starts. */
  static async coldRead(context: BrowserContext, url: string, id: string, path: string): Promise<number> {
    const page = context.pages()[0] ?? (await context.newPage());
    const { headers } = await fetch(`http://127.0.0.1:${new URL(url).port}/`);
    const kept = Object.fromEntries(
      [...headers].filter(([name]) => !["content-length", "content-encoding"].includes(name)),
    );
    await page.route("**/bench-page", (route) =>
      route.fulfill({ status: 200, headers: kept, body: "<!doctype html><title>bench</title>" }),
    );
    await page.goto(`${url}/bench-page`);
    // As text, because the test runner rewrites imports in functions.
    await page.evaluate('import("/lib/okcvm.js").then((library) => Object.assign(globalThis, { library }))');
    return page.evaluate(
      async ([conversation, file]) => {
        const { library } = globalThis as unknown as { library: typeof Library };
        const machine = await library.createOkcvm();
        const started = performance.now();
        const { workspace } = await machine.open(conversation);
        await workspace.readText(file ?? "");
        return performance.now() - started;
      },
      [id, path],
    );
  }

  async #write(files: [string, string][]): Promise<void> {
    await this.#page.evaluate(async (given) => {
      const { workspace } = await okcvm.open();
      const encoder = new TextEncoder();
      await workspace.apply({
        origin: "bench",
        changes: given.map(([path, text]) => ({ kind: "write", path, content: encoder.encode(text) })),
      });
    }, files);
  }
}

class NativeGit {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#git("init", "-q");
  }

  fill(size: number): number {
    for (let index = 0; index < size; index++) this.#write(index, 0);
    return this.snapshot();
  }

  change(changed: number[], round: number): void {
    for (const index of changed) this.#write(index, round);
  }

  snapshot(): number {
    const started = performance.now();
    this.#git("add", "-A");
    this.#git("commit", "-q", "-m", "bench");
    return performance.now() - started;
  }

  restore(): number {
    const started = performance.now();
    this.#git("reset", "-q", "--hard");
    this.#git("clean", "-qfd");
    return performance.now() - started;
  }

  diff(): number {
    const started = performance.now();
    this.#git("diff", "HEAD~1", "HEAD");
    return performance.now() - started;
  }

  #write(index: number, round: number): void {
    const path = join(this.#folder, pathOf(index));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contentOf(index, round));
  }

  #git(...args: string[]): void {
    const who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
    execFileSync("git", [...who, ...args], { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
  }
}
