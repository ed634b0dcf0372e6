import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { afterAll, beforeAll, it } from "vitest";

import { aptInstall } from "../../scripts/apt.mjs";
import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { launchProfile, median, ms, publish, type Row } from "./support.ts";

const ROUNDS = 15;
const RESTARTS = 5;
const MANY = 10_000;
const CELLS: [name: string, code: string][] = [
  ["a cell that does nothing", "None"],
  ["a million steps of a loop", "total = 0\nfor n in range(1_000_000):\n    total += n * n"],
  [
    "1,000 files written",
    "import os\nos.makedirs('many', exist_ok=True)\nfor n in range(1000):\n    open(f'many/{n}.txt', 'w').write('x' * 100)",
  ],
  ["a shell command in a cell", "!echo hello"],
];

let app: AppServer;
beforeAll(async () => {
  app = await startAppServer();
});
afterAll(async () => {
  await app?.stop();
});

it("runs Python cells", { timeout: 900_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-bench-"));
  const context = await launchProfile(join(folder, "profile"));
  const jupyter = await Jupyter.start(folder);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await openPage(page);
    const fresh = await cell(page, "None");
    await page.evaluate(async () => {
      while ((await (await caches.open("okcvm-python")).keys()).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await openPage(page);
    const kept = await cell(page, "None");
    const rows: Row[] = [
      row("first cell ever, start included", [fresh], []),
      row("first cell of a later visit, start included", [kept], jupyter ? [jupyter.startMs] : []),
    ];
    for (const [what, code] of CELLS) rows.push(await compare(what, code, page, jupyter));
    rows.push(await restartRow(page, jupyter));
    rows.push(await manyFilesRow(page));
    publish("Python cells, call to durable result", "a Jupyter kernel (ipykernel), same machine", rows);
  } finally {
    await jupyter?.stop();
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function compare(what: string, code: string, page: Page, jupyter: Jupyter | null): Promise<Row> {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(await cell(page, code));
    if (jupyter) theirs.push(await jupyter.ask({ code }));
  }
  return row(what, mine, theirs);
}

async function restartRow(page: Page, jupyter: Jupyter | null): Promise<Row> {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < RESTARTS; round++) {
    mine.push(await cell(page, "None", true));
    if (jupyter) theirs.push(await jupyter.ask({ restart: true }));
  }
  return row("restart, to the end of a first cell", mine, theirs);
}

/** What 10,000 files in the workspace add to a cell that does nothing. */
async function manyFilesRow(page: Page): Promise<Row> {
  const few: number[] = [];
  const many: number[] = [];
  await cell(page, "import shutil\nshutil.rmtree('many', ignore_errors=True)");
  for (let round = 0; round < ROUNDS; round++) few.push(await cell(page, "None"));
  await page.evaluate(async (count) => {
    const { workspace } = await okcvm.open();
    const content = new TextEncoder().encode("x".repeat(2_048));
    const changes = Array.from({ length: count }, (_, n) => ({
      kind: "write" as const,
      path: `src/${Math.floor(n / 100)}/file-${n}.txt`,
      content,
    }));
    await workspace.apply({ origin: "bench", changes });
  }, MANY);
  // The first one hears of the new files.
  await cell(page, "None");
  for (let round = 0; round < ROUNDS; round++) many.push(await cell(page, "None"));
  const added = Math.max(0, median(many) - median(few));
  return {
    what: `what ${MANY.toLocaleString("en")} files add to a cell that does nothing`,
    ours: ms(added),
    other: "-",
    ratio: "",
  };
}

async function openPage(page: Page): Promise<void> {
  await page.goto(app.url);
  await page.evaluate(() => okcvm.ready.then(() => true));
}

/** Milliseconds from the call to its durable result. */
function cell(page: Page, code: string, restart = false): Promise<number> {
  return page.evaluate(
    async (args) => {
      const session = await okcvm.open();
      const started = performance.now();
      const result = await session.callTool("mshtools-ipython", args);
      if (!result.ok) throw new Error(result.output);
      return performance.now() - started;
    },
    { code, restart },
  );
}

function row(what: string, mine: number[], theirs: number[]): Row {
  const ratio = theirs.length > 0 ? (median(mine) / median(theirs)).toFixed(1) : "";
  return { what, ours: ms(median(mine)), other: theirs.length > 0 ? ms(median(theirs)) : "-", ratio };
}

/** A real Jupyter kernel, where the machine has or gets one. */
class Jupyter {
  readonly startMs: number;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    process: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    startMs: number,
  ) {
    this.#process = process;
    this.#lines = lines;
    this.startMs = startMs;
  }

  static async start(folder: string): Promise<Jupyter | null> {
    // Another Python may come first on the path; the package is for the system's own.
    const find = (): string | undefined =>
      ["python3", "/usr/bin/python3"].find(
        (python) =>
          spawnSync(python, ["-c", "import ipykernel, jupyter_client"], { stdio: "ignore" }).status === 0,
      );
    let python = find();
    if (python === undefined && aptInstall(["python3-ipykernel"])) python = find();
    if (python === undefined) return null;
    const script = fileURLToPath(new URL("jupyter.py", import.meta.url));
    const child = spawn(python, [script, folder]);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    return new Jupyter(child, lines, Number(first.value));
  }

  async ask(request: { code: string } | { restart: true }): Promise<number> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    return Number((await this.#lines.next()).value);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.stdin.end();
    await ended;
  }
}
