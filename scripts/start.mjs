// `npm start`: builds when a source is newer than the build, then runs the server in this very process, so that
// signals and the exit code are the server's own.
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SERVER = join(root, "dist/server/server.js");
/** One file of each step's output. The oldest of them is the build's age. */
const OUTPUTS = [SERVER, join(root, "dist/app/index.html"), join(root, "dist/site/bridge.html")];
const SOURCE_FOLDERS = ["src", "sync-server", "spec", "public", "scripts"];
const STEPS = [["build"], ["build", "--config", "vite.server.config.ts"]];

/** Milliseconds since 1970 of the last change; null when there is nothing. */
function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** The newest change in a folder, its own included: that of a folder tells of a deleted file. 0 when it is missing. */
function newestIn(folder) {
  const own = modifiedAt(folder);
  if (own === null) return 0;
  return readdirSync(folder, { withFileTypes: true }).reduce((newest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(newest, entry.isDirectory() ? newestIn(path) : (modifiedAt(path) ?? 0));
  }, own);
}

function newestSource() {
  const files = readdirSync(root).filter(
    (name) => name === "index.html" || name === "package.json" || /^vite.*\.ts$/.test(name),
  );
  const times = [
    ...SOURCE_FOLDERS.map((folder) => newestIn(join(root, folder))),
    ...files.map((name) => modifiedAt(join(root, name)) ?? 0),
  ];
  return Math.max(...times);
}

function isBuilt() {
  const times = OUTPUTS.map(modifiedAt);
  return times.every((time) => time !== null) && Math.min(...times) >= newestSource();
}

/** Runs vite with its output on standard error: standard output is for the server's one line. Resolves to its exit code. */
function vite(args) {
  const bin = join(root, "node_modules/vite/bin/vite.js");
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  const pass = (signal) => child.kill(signal);
  process.on("SIGINT", pass);
  process.on("SIGTERM", pass);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.off("SIGINT", pass);
      process.off("SIGTERM", pass);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

if (!isBuilt()) {
  process.stderr.write("Building OKCVM. This is needed only after a change.\n");
  for (const step of STEPS) {
    const code = await vite(step);
    if (code !== 0) {
      process.stderr.write(`The build failed (vite ${step.join(" ")}); its output above says why.\n`);
      process.exit(code);
    }
  }
}
await import(pathToFileURL(SERVER).href);
