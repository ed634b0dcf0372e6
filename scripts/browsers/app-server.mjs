// @ts-check
// The real built server, as a program of its own.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startGroup, stopGroup } from "./resources.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The folder `npm run build` writes to. */
export const OWN_BUILD = join(root, "dist");
const READY = /OKCVM is ready at (\S+)/;
const START_LIMIT_MS = 20_000;
const LOG_LINES = 40;

/**
 * @typedef {object} AppServer
 * @property {string} url
 * @property {() => string} log The end of what it has written.
 * @property {() => Promise<void>} stop
 */

/** Builds what is missing of the project's own build. Errors: an Error with the end of the build's output. */
export async function ensureBuild() {
  const steps = [
    { output: join(OWN_BUILD, "app/index.html"), args: ["build"] },
    { output: join(OWN_BUILD, "server/server.js"), args: ["build", "--config", "vite.server.config.ts"] },
  ];
  for (const { output, args } of steps) {
    if (existsSync(output)) continue;
    console.log(`Building: vite ${args.join(" ")}`);
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const child = startGroup(process.execPath, [vite, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = collect(child);
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`The build failed (vite ${args.join(" ")}):\n${log()}`);
  }
}

/** Starts the server on a free port. Errors: an Error with what the server wrote. @param {string} dist @returns {Promise<AppServer>} */
export async function startAppServer(dist) {
  const script = join(dist, "server/server.js");
  if (!existsSync(script))
    throw new Error(`There is no built server in ${dist}: run npm run build, then try again.`);
  const child = startGroup(process.execPath, [script], {
    cwd: dist,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OKCVM_DATABASE_URL: "off", PORT: "0" },
  });
  const log = collect(child);
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The server was not ready in time:\n${log()}`)),
      START_LIMIT_MS,
    );
    child.stdout?.on("data", () => {
      const match = READY.exec(log());
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The server ended with code ${code}:\n${log()}`)));
    child.once("close", () => clearTimeout(timer));
  });
  return { url, log, stop: () => stopGroup(child.pid) };
}

/**
 * Reads a program's output, which it would otherwise block on; answers its last lines.
 * @param {import("node:child_process").ChildProcess} child
 */
export function collect(child) {
  /** @type {string[]} */
  let lines = [""];
  const add = (/** @type {string} */ chunk) => {
    const [first = "", ...rest] = chunk.split("\n");
    lines = [...lines.slice(0, -1), (lines.at(-1) ?? "") + first, ...rest].slice(-LOG_LINES);
  };
  child.stdout?.setEncoding("utf8").on("data", add);
  child.stderr?.setEncoding("utf8").on("data", add);
  return () => lines.join("\n").trim();
}
