// @ts-check
// Firefox, headless, over WebDriver BiDi.
import { launch } from "puppeteer-core";
import { ensureFirefox } from "./install.mjs";
import { adoptGroup, stopGroup, temporaryFolder } from "./resources.mjs";

const START_LIMIT_MS = 60_000;
const PROTOCOL_LIMIT_MS = 90_000;

/** Errors: an Error that says why it cannot start. @returns {Promise<import("./driver.d.mts").Driver>} */
export async function openFirefox() {
  const { firefox } = ensureFirefox();
  // Firefox refuses a home that belongs to someone else, as root's may.
  const home = temporaryFolder("firefox-home");
  const browser = await launch({
    browser: "firefox",
    executablePath: firefox,
    headless: true,
    userDataDir: temporaryFolder("firefox-profile"),
    timeout: START_LIMIT_MS,
    protocolTimeout: PROTOCOL_LIMIT_MS,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: `${home}/.config`, XDG_CACHE_HOME: `${home}/.cache` },
  });
  const pid = browser.process()?.pid;
  adoptGroup(pid);
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  await page.setViewport({ width: 1440, height: 900 });
  return {
    name: "Firefox",
    version: await browser.version(),
    partitionsSites: false,
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    run: (fn, ...args) => call(page, fn, args),
    runInFrame: async (selector, fn, ...args) => call(await frameOf(page, selector), fn, args),
    runInNewTab: async (url, fn, ...args) => {
      const tab = await browser.newPage();
      try {
        await tab.goto(url);
        return await call(tab, fn, args);
      } finally {
        await tab.close();
      }
    },
    click: async (xpath) => {
      await page.locator(`::-p-xpath(${xpath})`).click();
    },
    screenshot: () => page.screenshot(),
    close: async () => {
      await browser.close();
      await stopGroup(pid);
    },
  };
}

/** @param {import("puppeteer-core").Page} page @param {string} selector */
async function frameOf(page, selector) {
  const element = await page.$(selector);
  const frame = await element?.contentFrame();
  if (!frame) throw new Error(`The page has no frame ${selector}.`);
  return frame;
}

/**
 * @template R
 * @param {import("puppeteer-core").Page | import("puppeteer-core").Frame} target
 * @param {(...args: any[]) => R | Promise<R>} fn
 * @param {unknown[]} args
 * @returns {Promise<R>}
 */
async function call(target, fn, args) {
  return /** @type {R} */ (await target.evaluate(fn, ...args));
}
