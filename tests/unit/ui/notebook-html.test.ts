import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "@playwright/test";
import { build } from "vite";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

/** The app's own policy, as far as what is drawn is concerned. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";
const ORIGIN = "http://app.localhost";

let browser: Browser;
let page: Page;
let script = "";
/** What the page asked for and what the browser complained of. */
let asked: string[] = [];
let told: string[] = [];

beforeAll(async () => {
  const entry = fileURLToPath(new URL("../../../src/ui/notebook/notebook-html.ts", import.meta.url));
  const made = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "notebook" } },
  });
  const [result] = Array.isArray(made) ? made : [made];
  if (!result || !("output" in result)) throw new Error("The build made nothing.");
  script = result.output[0].code;
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  page = await browser.newPage();
  page.on("console", (message) => void told.push(message.text()));
  await page.route("**/*", (route) => {
    const { pathname, origin } = new URL(route.request().url());
    if (origin !== ORIGIN) asked.push(route.request().url());
    const headers = { "content-security-policy": POLICY };
    if (pathname === "/notebook.js")
      return route.fulfill({ contentType: "text/javascript", headers, body: script });
    return route.fulfill({
      contentType: "text/html",
      headers,
      body: '<!doctype html><main></main><script src="/notebook.js"></script>',
    });
  });
  await page.goto(ORIGIN);
}, 60_000);
afterAll(() => browser.close());
beforeEach(() => {
  asked = [];
  told = [];
});

interface Drawn {
  html: string;
  active: boolean;
  empty: boolean;
  coloured: boolean;
}

/** What is left of `html` once it is drawn in the page. */
function draw(html: string): Promise<Drawn> {
  return page.evaluate(async (text) => {
    const { nodes, ...rest } = (
      globalThis as unknown as {
        notebook: { notebookHtml(html: string): Omit<Drawn, "html"> & { nodes: DocumentFragment } };
      }
    ).notebook.notebookHtml(text);
    const main = document.querySelector("main") as HTMLElement;
    main.replaceChildren(nodes);
    // Long enough for a picture to be asked for, a handler to fire.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { html: main.innerHTML, ...rest };
  }, html);
}

it("keeps a table with what joins its cells, and drops what pandas says of borders", async () => {
  const frame = await draw(
    '<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style><table border="1" class="dataframe"><thead><tr style="text-align: right;"><th colspan="2" halign="left">東京</th></tr></thead><tbody><tr><th rowspan="2">a</th><td>1</td></tr></tbody></table></div>',
  );
  expect(frame).toEqual({
    html: '<div><table><thead><tr style="text-align: right;"><th colspan="2">東京</th></tr></thead><tbody><tr><th rowspan="2">a</th><td>1</td></tr></tbody></table></div>',
    active: false,
    empty: false,
    coloured: false,
  });
  expect(told).toEqual([]);
});

it("runs nothing, sends nothing, loads nothing", async () => {
  const { html } = await draw(
    [
      "<p>left</p><script>document.title = 'ran'</script>",
      '<img src="x" onerror="document.title = \'ran\'" alt="gone"><img src="http://spy.test/a.png" alt="spy">',
      '<img srcset="http://spy.test/b.png 2x"><svg><image href="http://spy.test/c.png"/></svg>',
      '<a href="javascript:document.title = 1">a</a><a href="data:text/html,x">b</a><a href="https://ok.test/">c</a>',
      '<form action="http://spy.test/"><input name="q"><button>send</button></form>',
      '<iframe src="http://spy.test/d"></iframe><object data="http://spy.test/e"></object><link rel="stylesheet" href="http://spy.test/f.css">',
      '<meta http-equiv="refresh" content="0;url=http://spy.test/g"><base href="http://spy.test/">',
      '<td background="http://spy.test/h.png">cell</td><video poster="http://spy.test/i.png"></video>',
      "<style>@import url(http://spy.test/j.css); p { background: url(http://spy.test/k.png) }</style>",
    ].join(""),
  );
  expect(asked).toEqual([]);
  expect(await page.title()).toBe("");
  expect(page.url()).toBe(`${ORIGIN}/`);
  expect(html).not.toMatch(/spy\.test|script|onerror|javascript:|<(?:form|input|button|svg|style|iframe)/);
  expect(html).toContain('<a href="https://ok.test/" target="_blank" rel="noopener noreferrer">c</a>');
  expect(html).toContain("<a>a</a><a>b</a>");
});

it("gives elements no names and no classes of the page's own", async () => {
  const { html } = await draw('<p id="app" class="dialog" name="x" data-action="copy" role="log">x</p>');
  expect(html).toBe("<p>x</p>");
});

it("takes colours and weights of a styled table, and nothing that leaves its box", async () => {
  const { html, coloured } = await draw(
    `<style>
      #a { background-color: #fff5f0; color: #000000; position: fixed; inset: 0; z-index: 9; }
      #b { background: linear-gradient(90deg, #5fba7d 62%, transparent 62%); font-weight: bold; }
      #c { background-image: url(http://spy.test/a.png); content: "x"; width: 9999px; }
      #d:has(*) { color: red }
    </style>
    <table><tr><td id="a">1</td><td id="b" style="color: red; float: left">2</td><td id="c">3</td><td id="d">4</td></tr></table>`,
  );
  expect(coloured).toBe(true);
  expect(html).toContain('<td style="color: rgb(0, 0, 0); background-color: rgb(255, 245, 240);">1</td>');
  expect(html).toMatch(
    /<td style="color: red; background-image: linear-gradient\(90deg, rgb\(95, 186, 125\) 62%, transparent 62%\); font-weight: bold;">2<\/td>/,
  );
  expect(html).toContain("<td>3</td><td>4</td>");
  expect(asked).toEqual([]);
  expect(told).toEqual([]);
});

it("makes words readable on the ground they are given", async () => {
  const cell = (style: string): string => `<p style="${style}">x</p>`;
  const dark = "color: rgb(26, 29, 32); ";
  expect((await draw(cell("background: yellow"))).html).toBe(
    cell("background-color: yellow; color: rgb(26, 29, 32);"),
  );
  expect((await draw(cell("background: #fb6b4b; color: #f1f1f1"))).html).toBe(
    cell(`${dark}background-color: rgb(251, 107, 75);`),
  );
  expect((await draw(cell("background: navy"))).html).toBe(
    cell("background-color: navy; color: rgb(255, 255, 255);"),
  );
  expect((await draw(cell("background: navy; color: white"))).html).toBe(
    cell("color: white; background-color: navy;"),
  );
});

it("says what needs scripts, and whether anything is left without them", async () => {
  const plot = '<div id="p"></div><script>Plotly.newPlot("p")</script>';
  expect(await draw(plot)).toMatchObject({ active: true, empty: true });
  expect(await draw(`<script>head</script><p>A table</p>${plot}`)).toMatchObject({
    active: true,
    empty: false,
  });
  expect(await draw("<b>bold</b>")).toMatchObject({ active: false, empty: false });
});

it("takes no longer for sheets and tags that never close", async () => {
  const started = Date.now();
  const { html } = await draw(`<p>x</p>${"<style>".repeat(50_000)}`);
  expect(html).toBe("<p>x</p>");
  await draw(`${"<a style".repeat(50_000)}`);
  expect(Date.now() - started).toBeLessThan(5_000);
});
