import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, it } from "vitest";
import type { Browser } from "@playwright/test";
import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { launch, median, ms, publish, type Row } from "./support.ts";

const ROUNDS = 15;
const COMMANDS: [name: string, command: string][] = [
  ["echo hello", "echo hello"],
  ["100 files written in a loop", "mkdir -p d; for i in $(seq 100); do echo $i > d/$i.txt; done"],
  [
    "sort and count 10,000 lines",
    "seq 10000 | awk '{print $1 % 97}' | sort -n | uniq -c | sort -rn | head -3",
  ],
];

let app: AppServer;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startAppServer(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

it("runs shell commands", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(app.url);
  await page.evaluate(() => okcvm.ready.then(() => true));
  const boot = await page.evaluate(async () => {
    const session = await okcvm.open();
    const started = performance.now();
    await session.callTool("mshtools-shell", { command: "true" });
    return performance.now() - started;
  });
  const folder = mkdtempSync(join(tmpdir(), "okcvm-bench-"));
  const rows: Row[] = [
    { what: "first command, engine start included", ours: ms(boot), other: "-", ratio: "" },
  ];
  for (const [what, command] of COMMANDS) {
    const mine: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      mine.push(
        await page.evaluate(async (text) => {
          const session = await okcvm.open();
          const started = performance.now();
          const result = await session.callTool("mshtools-shell", { command: text });
          if (!result.ok) throw new Error(result.output);
          return performance.now() - started;
        }, command),
      );
      const started = performance.now();
      execFileSync("bash", ["-c", command], { cwd: folder });
      theirs.push(performance.now() - started);
    }
    rows.push({
      what,
      ours: ms(median(mine)),
      other: ms(median(theirs)),
      ratio: (median(mine) / median(theirs)).toFixed(1),
    });
  }
  rmSync(folder, { recursive: true });
  publish("Shell commands, call to durable result", "a bash process started for each", rows);
});
