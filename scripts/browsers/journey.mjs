// @ts-check
// The main journey of a person, as checks in the order they happen. Later ones build on earlier ones.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  addFrame,
  addLargeFiles,
  callTool,
  contentsOf,
  openMachine,
  removeFrame,
  siteFacts,
  stopCell,
  useHistory,
  waitForAnswer,
  waitUntilOfflineReady,
} from "./in-page.mjs";
import { loadCells } from "./python-cells.mjs";

/**
 * @typedef {object} Journey
 * @property {import("./driver.d.mts").Driver} driver
 * @property {import("./app-server.mjs").AppServer} server
 * @property {(what: string) => void} lacks Names something this browser does not have.
 * @property {boolean} short Only a part of the notebook's cells.
 * @property {string} [id] The conversation the page shows.
 * @property {string} [siteUrl]
 * @property {any} [contents] What was there before the reload.
 */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {(journey: Journey) => Promise<void>} run
 */

/** The check cannot be made because this browser lacks what it needs. */
export class Lacking extends Error {}

const ANSWER_LIMIT_MS = 45_000;
const SITE_LIMIT_MS = 10_000;
/** Written by the shell and read by it after each reload. */
const NOTE = "kept: grüße 世界";
const DEMO_TITLE = "A computer in a tab";
/** The demo site's script fills this list. */
const DEMO_SCRIPT_MADE = "#steps li";
const NO_TAB_STORAGE =
  "a published site in a tab of its own (its storage in a frame and in a tab are kept apart)";

/** @type {Check[]} */
export const ONLINE = [
  { name: "the page opens and its machine is ready", run: openPage },
  { name: "open() answers the conversation the page shows", run: sameConversation },
  { name: "callTool runs a command in the shell", run: shellAnswers },
  { name: "the guided demo runs from its button to its end", run: takeDemo },
  { name: "what the shell writes is in the workspace", run: shellWrites },
  { name: "large files and uploads are kept", run: keepsLargeFiles },
  { name: "files are snapshotted, restored, packed and exported", run: keepsHistory },
  { name: "Python starts, and starts again", run: startPython },
  { name: "Python's cells do what Jupyter's do", run: runCells },
  { name: "Python is stopped and keeps its variables", run: stopPython },
  { name: "the preview pane shows the published site", run: previewShowsSite },
  { name: "the published site runs in a frame of the page", run: (journey) => siteInFrame(journey) },
  { name: "the published site runs in a tab of its own", run: siteInTab },
  { name: "after a reload messages, results and files are the same", run: reloadKeeps },
  { name: "after a reload the shell works on the same files", run: shellReads },
  { name: "after a reload the published site runs", run: (journey) => siteInFrame(journey) },
];

/** @type {Check[]} */
export const OFFLINE = [
  { name: "without the server the page opens with everything in it", run: reloadOffline },
  { name: "without the server the shell works on the same files", run: shellReads },
  { name: "without the server the published site runs in a frame", run: (journey) => siteInFrame(journey) },
  { name: "without the server the published site runs in a tab of its own", run: siteInTab },
  { name: "without the server a new site can be published", run: publishOffline },
];

/** @param {Journey} journey */
async function openPage(journey) {
  await journey.driver.open(journey.server.url);
  const facts = await journey.driver.run(openMachine);
  journey.id = facts.shown;
  assert.equal(facts.isolated, true, "The page is not cross-origin isolated.");
  assert.equal(facts.sharedMemory, true, "There is no SharedArrayBuffer.");
  if (!facts.jspi) journey.lacks("WebAssembly that waits for promises (JSPI)");
}

/** @param {Journey} journey */
async function sameConversation(journey) {
  const facts = await journey.driver.run(openMachine);
  const conversations = await journey.driver.run(async () =>
    (await globalThis.okcvm.conversations.list()).map((conversation) => conversation.id),
  );
  assert.deepEqual(conversations, [facts.shown], "A first visit makes one conversation, the one shown.");
  assert.equal(facts.id, facts.shown);
}

/** @param {Journey} journey */
async function keepsHistory(journey) {
  const found = await journey.driver.run(useHistory, idOf(journey));
  const lines = ["-one", "\\ No newline at end of file", "+two", "\\ No newline at end of file"];
  assert.deepEqual(found, {
    restored: "one",
    kept: "two",
    same: true,
    lines,
    unpacked: 2,
    bundle: "# v2 git bundle",
  });
}

/** @param {Journey} journey */
async function startPython(journey) {
  const first = await python(journey, "6 * 7");
  assert.equal(first.output, "Out[1]: 42\n");
  const again = await python(journey, "import sys\nsys.platform", true);
  assert.equal(again.output, "Out[1]: 'emscripten'\n");
}

/** @param {Journey} journey */
async function runCells(journey) {
  const { cases, failureOf, outputsOf } = await loadCells();
  const chosen = journey.short ? cases.filter((_, at) => at % 8 === 0) : cases;
  const failures = [];
  for (const one of chosen) {
    const failure = await failureOf(one, async (code, restart) =>
      outputsOf(await journey.driver.run(callTool, idOf(journey), "mshtools-ipython", { code, restart })),
    );
    if (failure !== "") failures.push(failure);
  }
  assert.deepEqual(failures, []);
}

/** @param {Journey} journey */
async function stopPython(journey) {
  await python(journey, "kept = 41");
  for (const code of [
    "while True: pass",
    "import time\ntime.sleep(60)",
    "import asyncio\nawait asyncio.sleep(60)",
  ]) {
    const { took, error } = await journey.driver.run(stopCell, idOf(journey), code);
    assert.equal(error, "aborted", code);
    assert.ok(took < 3_000, `${code}: ${took} ms`);
    assert.match((await python(journey, "kept + 1")).output, /: 42\n$/, code);
  }
}

/** @param {Journey} journey @param {string} code @param {boolean} [restart] */
function python(journey, code, restart = false) {
  return tool(journey, "mshtools-ipython", { code, restart });
}

/** @param {Journey} journey */
async function shellAnswers(journey) {
  const result = await shell(journey, "echo hello from OKCVM!");
  assert.equal(result.output.trim(), "hello from OKCVM!");
}

/** @param {Journey} journey */
async function takeDemo(journey) {
  await journey.driver.click('//button[normalize-space()="Take the guided demo"]');
  const messages = await journey.driver.run(waitForAnswer, idOf(journey), ANSWER_LIMIT_MS);
  assert.deepEqual(
    messages.map((message) => message.role),
    ["user", "assistant"],
  );
  const answer = messages[1];
  assert.equal(answer.status, "done", answer.error?.message);
  assert.equal(answer.scripted, true, "The script's words are not labelled as scripted.");
  const calls = answer.parts.filter((part) => part.type === "tool-call");
  for (const call of calls) {
    assert.equal(call.state.status, "done");
    assert.equal(call.state.result.ok, true, `${call.name}: ${call.state.result.output}`);
  }
  const used = [...new Set(calls.map((call) => call.name))];
  for (const name of ["todo_write", "write_file", "shell", "deploy_website"]) {
    assert.ok(used.includes(`mshtools-${name}`), `The demo did not use ${name}: ${used.join(", ")}`);
  }
  const deploy = calls.find((call) => call.name === "mshtools-deploy_website");
  const site = deploy.state.result.content?.find((part) => part.type === "site");
  assert.ok(site, "The deploy tool's result names no site.");
  assert.ok(
    deploy.state.result.output.includes(site.url),
    "The deploy tool does not tell the model the address.",
  );
  journey.siteUrl = site.url;
}

/** @param {Journey} journey */
async function shellWrites(journey) {
  await shell(
    journey,
    `mkdir -p output && printf '${NOTE}\\n' > output/note.txt && wc -l site/* > output/lines.txt`,
  );
  const { files } = await journey.driver.run(contentsOf, idOf(journey));
  const note = files.find((file) => file.path.endsWith("/output/note.txt"));
  assert.equal(note?.sha256, createHash("sha256").update(`${NOTE}\n`).digest("hex"));
  for (const name of ["index.html", "style.css", "app.js"]) {
    const file = files.find((entry) => entry.path.endsWith(`/site/${name}`));
    assert.ok(file?.size > 0, `site/${name} is not in the workspace.`);
  }
}

/** @param {Journey} journey */
async function keepsLargeFiles(journey) {
  const [large, small] = await journey.driver.run(addLargeFiles, idOf(journey));
  const { files } = await journey.driver.run(contentsOf, idOf(journey));
  const sizes = files.filter((file) => file.path.endsWith(".bin")).map((file) => file.size);
  assert.deepEqual(sizes.toSorted(), [large, small].toSorted());
}

/** @param {Journey} journey */
async function previewShowsSite(journey) {
  await journey.driver.click('//button[normalize-space()="Show in preview"]');
  const frame = 'iframe[title^="Preview of"]';
  await journey.driver.run(
    async (selector, limitMs) => {
      const deadline = Date.now() + limitMs;
      while (!document.querySelector(selector)) {
        if (Date.now() > deadline) throw new Error("The preview pane shows no site.");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    frame,
    SITE_LIMIT_MS,
  );
  checkSite(
    await journey.driver.runInFrame(frame, siteFacts, DEMO_SCRIPT_MADE, SITE_LIMIT_MS),
    siteOf(journey),
  );
}

/** @param {Journey} journey @param {string} [url] @param {Partial<Expected>} [expected] */
async function siteInFrame(journey, url = siteOf(journey), expected = {}) {
  const frameId = "journey-site";
  await journey.driver.run(addFrame, url, frameId);
  try {
    const made = expected.scriptMade ?? DEMO_SCRIPT_MADE;
    const facts = await journey.driver.runInFrame(`#${frameId}`, siteFacts, made, SITE_LIMIT_MS);
    checkSite(facts, url, expected);
  } finally {
    await journey.driver.run(removeFrame, frameId);
  }
}

/** @param {Journey} journey */
async function siteInTab(journey) {
  const url = siteOf(journey);
  if (journey.driver.partitionsSites) await expectPartition(journey, url);
  checkSite(await journey.driver.runInNewTab(url, siteFacts, DEMO_SCRIPT_MADE, SITE_LIMIT_MS), url);
}

/**
 * Makes sure that a browser said to keep a site's tab apart does so; the check is then left out.
 * @param {Journey} journey @param {string} url
 */
async function expectPartition(journey, url) {
  // A short limit: the page that says where the site is runs no script to wait for.
  const facts = await journey.driver.runInNewTab(url, siteFacts, DEMO_SCRIPT_MADE, 1_000).catch(() => null);
  if (!facts?.hasWorker) throw new Lacking(NO_TAB_STORAGE);
}

/** @param {Journey} journey */
async function reloadKeeps(journey) {
  journey.contents = await journey.driver.run(contentsOf, idOf(journey));
  await journey.driver.reload();
  await checkContents(journey);
}

/** @param {Journey} journey */
async function checkContents(journey) {
  assert.ok(journey.contents, "Nothing was there before the reload.");
  const facts = await journey.driver.run(openMachine);
  assert.equal(facts.id, journey.id, "Another conversation was opened.");
  const contents = await journey.driver.run(contentsOf, idOf(journey));
  assert.deepEqual(contents.messages, journey.contents.messages);
  assert.deepEqual(contents.files, journey.contents.files);
  assert.deepEqual(contents.sites, journey.contents.sites);
  return facts;
}

/** @param {Journey} journey */
async function shellReads(journey) {
  const result = await shell(journey, "cat output/note.txt && test -s site/index.html && echo all here");
  assert.equal(result.output, `${NOTE}\nall here\n`);
}

/** @param {Journey} journey */
async function reloadOffline(journey) {
  await journey.driver.run(waitUntilOfflineReady, 30_000);
  await journey.server.stop();
  await journey.driver.reload();
  const facts = await checkContents(journey);
  assert.equal(facts.servedByWorker, true, "The page did not come from its service worker.");
  assert.equal(facts.isolated, true, "The page is not cross-origin isolated without its server.");
}

/** @param {Journey} journey */
async function publishOffline(journey) {
  const { files } = await journey.driver.run(contentsOf, idOf(journey));
  const index = files.find((file) => file.path.endsWith("/site/index.html")).path;
  const folder = index.replace("/site/index.html", "/offline-site");
  const page =
    '<!doctype html><title>Made offline</title><link rel="stylesheet" href="a.css"><script src="a.js" defer></script>';
  for (const [name, content] of [
    ["index.html", page],
    ["a.css", "body { margin: 0 }"],
    ["a.js", 'document.body.append(document.createElement("output"));'],
  ]) {
    await tool(journey, "mshtools-write_file", { file_path: `${folder}/${name}`, content });
  }
  const result = await tool(journey, "mshtools-deploy_website", { type: "static", local_dir: folder });
  const site = result.content?.find((part) => part.type === "site");
  assert.ok(site, result.output);
  await siteInFrame(journey, site.url, { title: "Made offline", scriptMade: "output" });
}

/** @typedef {{ title: string, scriptMade: string }} Expected */

/** @param {Awaited<ReturnType<typeof siteFacts>>} facts @param {string} url @param {Partial<Expected>} [expected] */
function checkSite(facts, url, expected = {}) {
  assert.equal(facts.title, expected.title ?? DEMO_TITLE);
  assert.equal(facts.origin, new URL(url).origin);
  assert.equal(facts.scriptRan, true, "The site's script did not run.");
  assert.ok(facts.styleRules > 0, "The site's styles were not loaded.");
}

/** @param {Journey} journey @param {string} command */
function shell(journey, command) {
  return tool(journey, "mshtools-shell", { command });
}

/** Calls a tool, which must succeed. @param {Journey} journey @param {string} name @param {object} args */
async function tool(journey, name, args) {
  const result = await journey.driver.run(callTool, idOf(journey), name, args);
  assert.equal(result.ok, true, `${name}: ${result.output}`);
  return result;
}

/** @param {Journey} journey */
function idOf(journey) {
  assert.ok(journey.id, "No conversation was opened.");
  return journey.id;
}

/** @param {Journey} journey */
function siteOf(journey) {
  assert.ok(journey.siteUrl, "No site was published.");
  return journey.siteUrl;
}
