// @ts-check
// Runs every check and test: `npm test`, or `npm test -- unit` / `e2e` for a part.
// The last line is `N passed, N failed`, from the runners' own reports.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureChromium } from "./ensure-chromium.mjs";
import { ensureMariaDb } from "./ensure-mariadb.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = `${root}test-results`;
const parts = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const wants = (/** @type {string} */ part) => parts.length === 0 || parts.includes(part);

let passed = 0;
let failed = 0;

/** @param {string} name @param {string[]} command @param {NodeJS.ProcessEnv} [env] */
function run(name, command, env = {}) {
  console.log(`\n# ${name}`);
  const started = Date.now();
  const { status } = spawnSync("npx", command, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  console.log(
    `# ${name}: ${status === 0 ? "ok" : `exit ${status}`}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return status === 0;
}

/** A check that is one test: it passes or fails as a whole. @param {string} name @param {string[][]} commands */
function check(name, commands) {
  if (commands.every((command) => run(name, command))) passed++;
  else failed++;
}

/** @param {string} file @param {(report: any) => {passed: number, failed: number}} read @param {boolean} ok */
function count(file, read, ok) {
  try {
    const counts = read(JSON.parse(readFileSync(file, "utf8")));
    passed += counts.passed;
    failed += counts.failed;
    // A runner that failed without a failed test failed to load something.
    if (!ok && counts.failed === 0) failed++;
  } catch (error) {
    console.error(`No report in ${file}: ${error}`);
    failed++;
  }
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

if (wants("check")) {
  check("types", [
    ["tsc", "-p", "tsconfig.json"],
    ["tsc", "-p", "tsconfig.core.json"],
    ["tsc", "-p", "tsconfig.server.json"],
  ]);
  check("lint", [["oxlint", "--deny-warnings"]]);
  check("format", [["oxfmt", "--check"]]);
}

if (wants("build") || wants("unit") || wants("e2e")) {
  check("build", [
    ["vite", "build"],
    ["vite", "build", "--config", "vite.server.config.ts"],
  ]);
}

if (wants("unit")) {
  // Here, because an installation takes longer than a test may.
  try {
    ensureMariaDb();
  } catch (error) {
    // Those tests fail then, each with these words; the others run.
    console.error(String(error));
  }
  const report = `${reports}/unit.json`;
  const ok = run("unit", [
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  count(report, (json) => ({ passed: json.numPassedTests, failed: json.numFailedTests }), ok);
}

if (wants("e2e")) {
  const report = `${reports}/e2e.json`;
  const chromium = await ensureChromium();
  const ok = run("e2e", ["playwright", "test"], {
    CHROMIUM_PATH: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  count(
    report,
    (json) => ({ passed: json.stats.expected, failed: json.stats.unexpected + json.stats.flaky }),
    ok,
  );
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
