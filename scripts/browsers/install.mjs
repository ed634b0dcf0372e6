// @ts-check
// Finds the browsers to test in, and installs them where that is possible.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall } from "../apt.mjs";

/** @typedef {{ firefox: string }} FirefoxPaths */
/** @typedef {{ driver: string, miniBrowser: string, xvfb: string }} WebKitPaths */

const FIREFOX_PACKAGES = ["firefox-esr"];
const WEBKIT_PACKAGES = ["webkit2gtk-driver", "libwebkit2gtk-4.1-0", "xvfb"];

/** @param {string} name */
function onPath(name) {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** WebKitGTK's own small browser lies in a folder named after the machine's architecture. */
function findMiniBrowser() {
  const lib = "/usr/lib";
  const folders = existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name)) : [];
  const paths = [lib, "/usr/libexec", ...folders].map((folder) => join(folder, "webkit2gtk-4.1/MiniBrowser"));
  return paths.find((path) => existsSync(path));
}

/** @returns {FirefoxPaths | null} */
function findFirefox() {
  const firefox = process.env["FIREFOX_PATH"] ?? onPath("firefox-esr") ?? onPath("firefox");
  return firefox ? { firefox } : null;
}

/** @returns {WebKitPaths | null} */
function findWebKit() {
  const driver = onPath("WebKitWebDriver");
  const miniBrowser = findMiniBrowser();
  const xvfb = onPath("Xvfb");
  return driver && miniBrowser && xvfb ? { driver, miniBrowser, xvfb } : null;
}

/**
 * @template T
 * @param {string} name @param {string[]} packages @param {() => T | null} find
 * @returns {T}
 */
function ensure(name, packages, find) {
  const found = find();
  if (found) return found;
  console.log(`${name} was not found; installing ${packages.join(" ")}.`);
  const installed = aptInstall(packages) ? find() : null;
  if (installed) return installed;
  throw new Error(
    `${name} could not be installed. On Debian or Ubuntu run: sudo apt-get install ${packages.join(" ")}; then run this again.`,
  );
}

/** Errors: an Error that says what to do. @returns {FirefoxPaths} */
export function ensureFirefox() {
  const named = process.env["FIREFOX_PATH"];
  if (named && !existsSync(named)) throw new Error(`FIREFOX_PATH is ${named}, but there is no such file.`);
  return ensure("Firefox", FIREFOX_PACKAGES, findFirefox);
}

/** Errors: an Error that says what to do. @returns {WebKitPaths} */
export function ensureWebKit() {
  return ensure("WebKitGTK", WEBKIT_PACKAGES, findWebKit);
}
