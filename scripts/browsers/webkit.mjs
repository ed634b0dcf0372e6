// @ts-check
// WebKitGTK's MiniBrowser on a screen of its own, over W3C WebDriver.
import { once } from "node:events";
import { createServer } from "node:net";
import { collect } from "./app-server.mjs";
import { ensureWebKit } from "./install.mjs";
import { startGroup, stopGroup, temporaryFolder } from "./resources.mjs";
import { WebDriverSession } from "./webdriver.mjs";

const START_LIMIT_MS = 30_000;
const SCRIPT_LIMIT_MS = 90_000;

/** Errors: an Error that says why it cannot start. @returns {Promise<import("./driver.d.mts").Driver>} */
export async function openWebKit() {
  const paths = ensureWebKit();
  const screen = await startScreen(paths.xvfb);
  const driver = await startDriver(paths.driver, screen.display);
  const { session, capabilities } = await WebDriverSession.create(driver.base, {
    timeouts: { script: SCRIPT_LIMIT_MS, pageLoad: START_LIMIT_MS },
    "webkitgtk:browserOptions": { binary: paths.miniBrowser, args: ["--automation"] },
  }).catch((error) => {
    throw new Error(`WebKitGTK did not start: ${error.message}\n${driver.log()}`);
  });
  await session.post("/window/rect", { width: 1440, height: 900 });
  return {
    name: "WebKitGTK",
    version: `${capabilities.browserName} ${capabilities.browserVersion}`,
    partitionsSites: true,
    open: (url) => load(session, () => session.post("/url", { url })),
    reload: () => load(session, () => session.post("/refresh")),
    run: (fn, ...args) => session.run(fn, args),
    runInFrame: (selector, fn, ...args) => inFrame(session, selector, () => session.run(fn, args)),
    runInNewTab: (url, fn, ...args) => inNewTab(session, url, () => session.run(fn, args)),
    click: async (xpath) => session.click(await session.find("xpath", xpath)),
    screenshot: async () => Buffer.from(await session.get("/screenshot"), "base64"),
    close: async () => {
      await session.delete("");
      await driver.stop();
      await screen.stop();
    },
  };
}

/**
 * Loads and waits for the new document: the driver may answer before it is there.
 * @param {WebDriverSession} session
 * @param {() => Promise<void>} start
 */
async function load(session, start) {
  await session.run(() => void Object.assign(globalThis, { beforeLoad: true }), []);
  await start();
  const deadline = Date.now() + START_LIMIT_MS;
  const isNew = () => !("beforeLoad" in globalThis) && document.readyState === "complete";
  while (!(await session.run(isNew, []))) {
    if (Date.now() > deadline) throw new Error("The page was not loaded in time.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * @template R
 * @param {WebDriverSession} session @param {string} selector @param {() => Promise<R>} work
 */
async function inFrame(session, selector, work) {
  await session.post("/frame", { id: await session.find("css selector", selector) });
  try {
    return await work();
  } finally {
    await session.post("/frame", { id: null });
  }
}

/**
 * @template R
 * @param {WebDriverSession} session @param {string} url @param {() => Promise<R>} work
 */
async function inNewTab(session, url, work) {
  const own = await session.get("/window");
  const tab = await session.post("/window/new", { type: "tab" });
  await session.post("/window", { handle: tab.handle });
  try {
    await session.post("/url", { url });
    return await work();
  } finally {
    await session.delete("/window");
    await session.post("/window", { handle: own });
  }
}

/** An X server without a screen, which picks a free display number itself. @param {string} xvfb */
async function startScreen(xvfb) {
  const child = startGroup(xvfb, ["-displayfd", "3", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const log = collect(child);
  const ended = once(child, "exit").then(() => {
    throw new Error(`Xvfb did not start:\n${log()}`);
  });
  const output = /** @type {import("node:stream").Readable} */ (child.stdio[3]);
  const [number] = await Promise.race([once(output.setEncoding("utf8"), "data"), ended]);
  ended.catch(() => {});
  return { display: `:${String(number).trim()}`, stop: () => stopGroup(child.pid) };
}

/** @param {string} path @param {string} display */
async function startDriver(path, display) {
  const port = await freePort();
  const child = startGroup(path, [`--port=${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: driverEnvironment(display),
  });
  const log = collect(child);
  const base = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await isReady(base))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`WebKitWebDriver did not start:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { base, log, stop: () => stopGroup(child.pid) };
}

/** @param {string} display @returns {NodeJS.ProcessEnv} */
function driverEnvironment(display) {
  const home = temporaryFolder("webkit-home");
  return {
    ...process.env,
    DISPLAY: display,
    HOME: home,
    XDG_DATA_HOME: `${home}/data`,
    XDG_CACHE_HOME: `${home}/cache`,
    XDG_CONFIG_HOME: `${home}/config`,
    // The GTK port has shared memory between Workers switched off by default; Safari has it on.
    JSC_useSharedArrayBuffer: "1",
    GDK_BACKEND: "x11",
    NO_AT_BRIDGE: "1",
    // Its own sandbox needs user namespaces, which root in a container does not have.
    ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" }),
  };
}

/** @param {string} base */
async function isReady(base) {
  try {
    return (await fetch(`${base}/status`)).ok;
  } catch {
    // It does not listen yet; the caller gives up after its limit.
    return false;
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No free port was found.");
  return address.port;
}
