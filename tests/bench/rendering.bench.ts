import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, it } from "vitest";
import type { Browser, Page } from "@playwright/test";
import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { startModelServer, type ModelServer } from "../support/model-server/model-server.ts";
import { launch, median, ms, publish } from "./support.ts";

const CHUNKS = 200;
const ROUNDS = 5;
const CHUNK_EVERY_MS = 15;

let app: AppServer;
let model: ModelServer;
let browser: Browser;

beforeAll(async () => {
  [app, model, browser] = await Promise.all([startAppServer(), startModelServer(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), model?.close()]);
});

/** A 20 KB reply as models write them: headings, lists, tables, code, links, CJK. */
function reply(): string {
  const section = (n: number): string =>
    [
      `## Part ${n}`,
      `Some **bold** and _slanted_ words, \`code\`, a [link](https://example.com/${n}) and 中文字符 in a line that is long enough to wrap twice on most screens.`,
      `- one\n- two with \`code\`\n- three\n  - nested`,
      `| name | value |\n|---|---|\n| a | ${n} |\n| b | ${n * 2} |`,
      `\`\`\`js\nfunction part${n}(x) {\n  // a comment\n  return x.map((y) => y * ${n}).filter(Boolean);\n}\n\`\`\``,
    ].join("\n\n");
  let text = "";
  for (let n = 1; text.length < 20_000; n++) text += `${section(n)}\n\n`;
  return text.slice(0, 20_000);
}

interface Measured {
  longest: number;
  long: number;
}

/** Starts counting main-thread tasks over 50 ms; the longest one is 0 when there was none. */
async function watchTasks(page: Page): Promise<() => Promise<Measured>> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map((entry) => entry.duration)),
    ).observe({ type: "longtask" });
    (globalThis as unknown as { tasks: number[] }).tasks = tasks;
  });
  return () =>
    page.evaluate(() => {
      const { tasks } = globalThis as unknown as { tasks: number[] };
      return { longest: Math.max(0, ...tasks), long: tasks.length };
    });
}

async function ours(text: string): Promise<Measured> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(app.url);
  await page.evaluate(async (baseUrl) => {
    await okcvm.ready;
    await okcvm.settings.set({ endpoints: { chat: { baseUrl, model: "bench" } } });
  }, model.url);
  await page.reload();
  const composer = page.getByRole("textbox", { name: "Message" });
  await composer.waitFor();
  // The first answer loads the SDK and the highlighter; what is measured is a reply in a chat under way.
  model.script([{ text: "Ready.\n\n```js\nlet a = 1;\n```\n" }]);
  await composer.fill("warm up");
  await composer.press("Enter");
  await page.getByText("Ready.").waitFor();
  // A first message also starts the shell's engine, which has a core of its own on most machines and not on two.
  await page.evaluate(async () => {
    const session = await okcvm.open();
    while (session.engine.state !== "ready") await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await page.waitForTimeout(1_500);
  const result = await watchTasks(page);
  const end = `${text}\n\nThe very end.`;
  model.script([{ text: end, pieceLength: Math.ceil(end.length / CHUNKS), chunkDelayMs: CHUNK_EVERY_MS }]);
  await composer.fill("write");
  await composer.press("Enter");
  await page.getByText("The very end.").waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  const measured = await result();
  await page.context().close();
  return measured;
}

/** The usual way: parse and clean the whole text again for each chunk. */
async function usual(text: string, script: string): Promise<Measured> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.setContent("<!doctype html><main id=out></main>");
  await page.addScriptTag({ content: script });
  const result = await watchTasks(page);
  await page.evaluate(
    async ({ whole, chunks, every }) => {
      const { render } = (globalThis as unknown as { usual: { render(text: string, into: Element): void } })
        .usual;
      const size = Math.ceil(whole.length / chunks);
      const out = document.querySelector("#out") as Element;
      for (let at = size; at < whole.length + size; at += size) {
        render(whole.slice(0, at), out);
        await new Promise((resolve) => setTimeout(resolve, every));
      }
    },
    { whole: text, chunks: CHUNKS, every: CHUNK_EVERY_MS },
  );
  await page.waitForTimeout(500);
  const measured = await result();
  await page.context().close();
  return measured;
}

async function usualScript(): Promise<string> {
  const entry = fileURLToPath(new URL("usual-renderer.ts", import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, lib: { entry, formats: ["iife"], name: "usual" } },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  if (!bundle || !("output" in bundle)) throw new Error("The comparison could not be built.");
  return bundle.output[0].code;
}

it("renders a 20 KB reply in 200 chunks", async () => {
  const text = reply();
  const script = await usualScript();
  const mine: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(await ours(text));
    theirs.push(await usual(text, script));
  }
  const longest = (list: Measured[]): number => median(list.map((one) => one.longest));
  const count = (list: Measured[]): number => median(list.map((one) => one.long));
  const word = (value: number): string => (value === 0 ? "none over 50 ms" : ms(value));
  publish(
    "A 20 KB reply in 200 chunks, 15 ms apart",
    "marked + DOMPurify + highlight.js on the whole text for each chunk",
    [
      {
        what: `longest main-thread task, median of ${ROUNDS} rounds`,
        ours: word(longest(mine)),
        other: word(longest(theirs)),
        ratio: longest(theirs) === 0 ? "-" : (longest(mine) / longest(theirs)).toFixed(2),
      },
      {
        what: "longest main-thread task, worst round",
        ours: word(Math.max(...mine.map((one) => one.longest))),
        other: word(Math.max(...theirs.map((one) => one.longest))),
        ratio: "",
      },
      { what: "tasks over 50 ms", ours: String(count(mine)), other: String(count(theirs)), ratio: "" },
    ],
  );
});
