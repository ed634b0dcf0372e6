// @ts-check
// Finds a Chromium to test with, and installs one where that is possible.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";

const CANDIDATES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
];

/** @returns {Promise<string | null>} */
async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/**
 * The path of a Chromium. Looks at CHROMIUM_PATH, then for a Debian or Ubuntu
 * package, then for Playwright's own; installs one by apt as root, else by
 * Playwright. Ends the process with what to do when there is none.
 * @returns {Promise<string>}
 */
export async function ensureChromium() {
  const named = process.env["CHROMIUM_PATH"];
  if (named) {
    if (existsSync(named)) return named;
    fail(`CHROMIUM_PATH is ${named}, but there is no such file.`);
  }
  const found = CANDIDATES.find((path) => existsSync(path)) ?? (await playwrightsOwn());
  if (found) return found;
  console.log("No Chromium found; installing one.");
  if (aptInstall(["chromium", "fonts-noto-cjk"])) {
    const installed = CANDIDATES.find((path) => existsSync(path));
    if (installed) return installed;
  }
  spawnSync("npx", ["playwright", "install", "chromium"], { stdio: "inherit" });
  const own = await playwrightsOwn();
  if (own) return own;
  return fail(
    "No Chromium could be installed. Install one (Debian, Ubuntu: sudo apt-get install chromium) or set CHROMIUM_PATH to one, then run this again.",
  );
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
