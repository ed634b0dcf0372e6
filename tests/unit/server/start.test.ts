import { spawn } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const project = mkdtempSync(join(tmpdir(), "okcvm-start-"));

/** A front end as small as one can be, whose build leaves what the real one leaves. */
const VITE_CONFIG = `
import { mkdirSync, writeFileSync } from "node:fs";
import { defineConfig } from "vite";
export default defineConfig({
  build: { outDir: "dist/app" },
  plugins: [{
    name: "fixture",
    closeBundle() {
      mkdirSync("dist/site", { recursive: true });
      for (const name of ["bridge.html", "bridge.js", "worker.js"]) writeFileSync("dist/site/" + name, "");
      writeFileSync("dist/app/csp.json", '{"scriptHashes":[]}');
    },
  }],
});
`;

beforeAll(() => {
  // The server shares the domain with the app.
  const copied = ["scripts/start.mjs", "sync-server", "src/domain", "package.json", "vite.server.config.ts"];
  for (const path of copied) {
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  mkdirSync(join(project, "src/part"), { recursive: true });
  writeFileSync(join(project, "src/main.js"), "document.title = 'one';\n");
  writeFileSync(join(project, "src/part/unused.js"), "\n");
  writeFileSync(join(project, "index.html"), '<script type="module" src="/src/main.js"></script>');
  writeFileSync(join(project, "vite.config.ts"), VITE_CONFIG);
});

afterAll(() => rmSync(project, { recursive: true }));

/** Runs the script until the server is ready, ends it with a signal, and tells what happened. */
async function run(signal: NodeJS.Signals = "SIGTERM") {
  const child = spawn(process.execPath, [join(project, "scripts/start.mjs")], {
    cwd: tmpdir(),
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", OKCVM_DATABASE_URL: "off" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes("OKCVM is ready")) child.kill(signal);
  });
  const code = await new Promise<number | null>((done) => child.once("close", (exit) => done(exit)));
  return { code, out, built: err.startsWith("Building OKCVM"), err };
}

function builtAt(): number {
  return statSync(join(project, "dist/app/index.html")).mtimeMs;
}

it("builds when there is no build, runs the server and passes its exit code on", async () => {
  const first = await run();
  expect(first.out, first.err).toMatch(/^OKCVM is ready at http:\/\/okcvm\.localhost:\d+\n$/);
  expect(first).toMatchObject({ built: true, code: 0 });
}, 60_000);

it("does not build again when nothing has changed", async () => {
  const before = builtAt();
  expect(await run("SIGINT")).toMatchObject({ built: false, code: 0 });
  expect(builtAt()).toBe(before);
}, 60_000);

it("builds again after a change, a deleted file and a new build setting included", async () => {
  const changes = [
    () => writeFileSync(join(project, "src/main.js"), "document.title = 'two';\n"),
    () => rmSync(join(project, "src/part/unused.js")),
    () => utimesSync(join(project, "vite.config.ts"), new Date(), new Date()),
  ];
  for (const change of changes) {
    change();
    expect(await run()).toMatchObject({ built: true, code: 0 });
    expect(await run()).toMatchObject({ built: false, code: 0 });
  }
}, 120_000);

it("stops with the build's code when a build fails, and does not serve the old one", async () => {
  writeFileSync(join(project, "src/main.js"), "this is not a program\n");
  const failed = await run();
  expect(failed).toMatchObject({ built: true, code: 1, out: "" });
  expect(failed.err).toContain("The build failed (vite build)");
}, 60_000);
