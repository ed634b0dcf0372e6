import type { Frame, Page } from "@playwright/test";
import { expect, test } from "../support/e2e/test.ts";

/** The frame agent code runs in, started by a first command. */
async function engineFrame(page: Page): Promise<Frame> {
  await page.evaluate(async () => (await okcvm.open()).callTool("mshtools-shell", { command: "true" }));
  return seen(
    () => page.frames(),
    (url) => url === "about:srcdoc",
  );
}

/** The one at an address. It lives in a process of its own, of which the debugger hears later than the page does. */
async function seen<T extends { url(): string }>(all: () => T[], is: (url: string) => boolean): Promise<T> {
  const find = () => all().find((one) => is(one.url()));
  await expect.poll(() => find() !== undefined, "The debugger knows it.").toBe(true);
  const found = find();
  if (!found) throw new Error("It is gone again.");
  return found;
}

/** What an attempt came to. The debugger compiles it: the frame's policy refuses eval. */
async function tryInFrame(frame: Frame, expression: string): Promise<string> {
  return frame
    .evaluate(expression)
    .then((value) => `got ${JSON.stringify(value)}`)
    .catch((error: Error) => `refused: ${error.message.split("\n")[0]}`);
}

test("agent code has an origin of its own and reaches nothing of the app", async ({ home, app }) => {
  await home.evaluate(() => {
    localStorage.setItem("secret", "canary");
    document.cookie = "secret=canary";
  });
  await home.evaluate(() =>
    okcvm.settings.set({
      endpoints: { chat: { baseUrl: "https://x.example/v1", model: "m", apiKey: "sk-canary" } },
    }),
  );
  const frame = await engineFrame(home);
  expect(await frame.evaluate(() => origin)).toBe("null");
  const attempts: Record<string, string> = {
    IndexedDB:
      "new Promise((ok, no) => { const r = indexedDB.open('okcvm'); r.onsuccess = () => ok('opened'); r.onerror = () => no(r.error); })",
    "the list of databases": "indexedDB.databases()",
    localStorage: "localStorage.getItem('secret')",
    sessionStorage: "sessionStorage.length",
    cookies: "document.cookie",
    "the app's document": "parent.document.title",
    "the app's object": "parent.okcvm.settings.get()",
    "the top page's object": "top.okcvm",
    "the app's API": `fetch('${app.url}/v1/info').then((r) => r.text())`,
    "the app's page": `fetch('${app.url}/', {mode: 'no-cors'}).then((r) => r.type)`,
    "the model proxy": `fetch('${app.url}/v1/model/openai/models').then((r) => r.status)`,
    caches: "caches.keys()",
    "a broadcast channel's answers":
      "new Promise((ok, no) => { const c = new BroadcastChannel('okcvm-settings'); c.onmessage = () => ok('heard'); setTimeout(() => no(new Error('silence')), 800); parent.postMessage('x', '*'); })",
    "service workers": "navigator.serviceWorker.getRegistrations()",
    "the file system": "navigator.storage.getDirectory().then(() => 'opened')",
    "an outside server": "fetch('http://127.0.0.1:9/').then(() => 'answered')",
    "an image request": `new Promise((ok, no) => { const i = new Image(); i.onload = () => ok('loaded'); i.onerror = () => no(new Error('blocked')); i.src = '${app.url}/favicon.svg'; })`,
  };
  for (const [what, code] of Object.entries(attempts)) {
    expect(await tryInFrame(frame, code), what).toMatch(/^refused/);
  }
});

test("the worker agent code runs in reaches nothing of the app either", async ({ home, app }) => {
  await engineFrame(home);
  const worker = await seen(
    () => home.workers(),
    (url) => url.startsWith("blob:null"),
  );
  const attempts: Record<string, string> = {
    IndexedDB:
      "new Promise((ok, no) => { const r = indexedDB.open('okcvm'); r.onsuccess = () => ok('opened'); r.onerror = () => no(r.error); })",
    "the app's API": `fetch('${app.url}/v1/info').then((r) => r.text())`,
    "a script from elsewhere": `importScripts('${app.url}/sw.js')`,
    "a socket":
      "new Promise((ok, no) => { const s = new WebSocket('ws://127.0.0.1:9/'); s.onopen = () => ok('open'); s.onerror = () => no(new Error('blocked')); })",
    caches: "caches.keys()",
  };
  for (const [what, code] of Object.entries(attempts)) {
    const outcome = await worker
      .evaluate(code)
      .then((value) => `got ${JSON.stringify(value)}`)
      .catch((error: Error) => `refused: ${error.message.split("\n")[0]}`);
    expect(outcome, what).toMatch(/^refused/);
  }
});

test("a published site cannot reach the app", async ({ home, app }) => {
  const url = await home.evaluate(async () => {
    await okcvm.settings.set({
      endpoints: { chat: { baseUrl: "https://x.example/v1", model: "m", apiKey: "sk-canary" } },
    });
    const session = await okcvm.open();
    await session.workspace.write("site/index.html", "<title>Hostile</title>");
    const result = await session.callTool("mshtools-deploy_website", { type: "static", local_dir: "site" });
    return (result.data as { url: string }).url;
  });
  await home.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.src = src;
    frame.id = "hostile";
    document.body.append(frame);
  }, url);
  const frame = await seen(
    () => home.frames(),
    (one) => one === url,
  );
  await frame.waitForLoadState();
  for (const code of [
    "parent.document.title",
    "parent.okcvm",
    "parent.localStorage.length",
    `fetch('${app.url}/v1/info').then((r) => r.text())`,
    `fetch('${app.url}/v1/model/openai/models').then((r) => r.text())`,
  ]) {
    expect(await tryInFrame(frame, code), code).toMatch(/^refused/);
  }
  const databases = await frame.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  // Its own files, and nothing of the app.
  expect(databases).toEqual(["okcvm-site-files"]);
});
