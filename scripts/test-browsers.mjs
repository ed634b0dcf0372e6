// @ts-check
// Runs the main journey in Firefox and WebKitGTK against the real built server:
// `npm run test:browsers`. `-- --short` leaves out the part without the server;
// `-- firefox` or `-- webkit` runs one of them; `-- --dist=FOLDER` tests another build.
// The last line is `N passed, N failed`, counted from the checks that ran.
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuild, OWN_BUILD, startAppServer } from "./browsers/app-server.mjs";
import { openFirefox } from "./browsers/firefox.mjs";
import { Lacking, OFFLINE, ONLINE } from "./browsers/journey.mjs";
import { releaseAll } from "./browsers/resources.mjs";
import { openWebKit } from "./browsers/webkit.mjs";

const TIME_LIMIT_MS = 15 * 60_000;
const CHECK_LIMIT_MS = 240_000;
const root = fileURLToPath(new URL("..", import.meta.url));
const pictures = resolve(root, "test-results/browsers");
/** @type {Record<string, () => Promise<import("./browsers/driver.d.mts").Driver>>} */
const BROWSERS = { firefox: openFirefox, webkit: openWebKit };

const { wanted, short, dist } = readArguments(process.argv.slice(2));
let passed = 0;
let failed = 0;
/** Set when the run is ended from outside: what fails from then on fails for that reason. */
let stopping = false;

process.on("SIGINT", () => void stop("Stopped."));
process.on("SIGTERM", () => void stop("Stopped."));

try {
  if (dist === OWN_BUILD) await ensureBuild();
  // Counted from here: installing and building take as long as they take.
  setTimeout(() => void stop(`Not done after ${TIME_LIMIT_MS / 60_000} minutes.`), TIME_LIMIT_MS).unref();
  for (const name of wanted) {
    if (!stopping) await testIn(name);
  }
  if (!stopping) await finish();
} catch (error) {
  failed++;
  console.error(messageOf(error));
  await finish();
}

/** @param {string} name */
async function testIn(name) {
  console.log(`\n# ${name}`);
  /** @type {import("./browsers/driver.d.mts").Driver | undefined} */
  let driver;
  let server;
  try {
    driver = await BROWSERS[name]?.();
    server = await startAppServer(dist);
    if (driver) await travel(name, driver, server);
  } catch (error) {
    if (stopping) return;
    failed++;
    console.log(`FAILED  ${name} starts\n${indent(messageOf(error))}`);
  } finally {
    await withLimit(Promise.allSettled([driver?.close(), server?.stop()]), 10_000).catch(() => {});
    await releaseAll();
  }
}

/** @param {string} name @param {import("./browsers/driver.d.mts").Driver} driver @param {import("./browsers/app-server.mjs").AppServer} server */
async function travel(name, driver, server) {
  console.log(`${driver.name} (${driver.version})`);
  const lacks = (/** @type {string} */ what) => console.log(`lacks:  ${what}`);
  /** @type {import("./browsers/journey.mjs").Journey} */
  const journey = { driver, server, lacks, short };
  for (const check of short ? ONLINE : [...ONLINE, ...OFFLINE]) {
    const started = Date.now();
    try {
      await withLimit(check.run(journey), CHECK_LIMIT_MS);
      passed++;
      console.log(`ok      ${check.name} (${Date.now() - started} ms)`);
    } catch (error) {
      if (stopping) return;
      if (error instanceof Lacking) {
        lacks(`${error.message}; left out: ${check.name}`);
        continue;
      }
      failed++;
      const picture = await takePicture(driver, `${name}-${check.name.replaceAll(/\W+/g, "-")}.png`);
      console.log(
        `FAILED  ${check.name}\n${indent(`${messageOf(error)}\n${picture}\nServer: ${server.log()}`)}`,
      );
    }
  }
}

/** @param {import("./browsers/driver.d.mts").Driver} driver @param {string} file */
async function takePicture(driver, file) {
  try {
    const png = await withLimit(driver.screenshot(), 10_000);
    mkdirSync(pictures, { recursive: true });
    writeFileSync(resolve(pictures, file), png);
    return `Picture: test-results/browsers/${file}`;
  } catch (error) {
    return `No picture of the page: ${messageOf(error)}`;
  }
}

/** @template T @param {Promise<T>} work @param {number} limitMs @returns {Promise<T>} */
function withLimit(work, limitMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done after ${limitMs / 1_000} s.`)), limitMs);
  });
  return Promise.race([work, /** @type {Promise<never>} */ (limit)]).finally(() => clearTimeout(timer));
}

/** Ends the run before its end. @param {string} reason */
async function stop(reason) {
  if (stopping) return;
  stopping = true;
  console.error(reason);
  failed++;
  await finish();
}

async function finish() {
  await releaseAll();
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

/** @param {string[]} given */
function readArguments(given) {
  const named = given.filter((argument) => argument in BROWSERS);
  const folder = given.find((argument) => argument.startsWith("--dist="))?.slice("--dist=".length);
  const unknown = given.find(
    (argument) => !(argument in BROWSERS) && argument !== "--short" && !argument.startsWith("--dist="),
  );
  if (unknown !== undefined) {
    console.error(
      `"${unknown}" is not known. There are: ${Object.keys(BROWSERS).join(", ")}, --short, --dist=FOLDER.`,
    );
    console.log("0 passed, 1 failed");
    process.exit(1);
  }
  return {
    wanted: named.length > 0 ? named : Object.keys(BROWSERS),
    short: given.includes("--short"),
    dist: folder ? resolve(folder) : OWN_BUILD,
  };
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} text */
function indent(text) {
  return text.trim().replaceAll(/^/gm, "        ");
}
