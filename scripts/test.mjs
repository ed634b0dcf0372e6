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
/** @type {{name: string, message: string}[]} */
const failures = [];

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
  else failures.push({ name, message: "See its output above." });
}

/**
 * @param {string} name
 * @param {string} file
 * @param {(report: any) => {passed: number, failures: {name: string, message: string}[]}} read
 * @param {boolean} ok
 */
function count(name, file, read, ok) {
  try {
    const counts = read(JSON.parse(readFileSync(file, "utf8")));
    passed += counts.passed;
    failures.push(...counts.failures);
    if (!ok && counts.failures.length === 0) {
      failures.push({ name, message: "The runner failed without a failed test." });
    }
  } catch (error) {
    failures.push({ name, message: `No report in ${file}: ${error}` });
  }
}

/** @param {any} suite @returns {any[]} */
const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];

/** @param {any} report */
function readPlaywright(report) {
  const tests = report.suites
    .flatMap(specsOf)
    .flatMap((/** @type {any} */ spec) => spec.tests.map((/** @type {any} */ test) => ({ spec, test })));
  return {
    passed: report.stats.expected,
    failures: tests
      .filter((/** @type {any} */ { test }) => ["unexpected", "flaky"].includes(test.status))
      .map((/** @type {any} */ { spec, test }) => ({
        name: `${spec.file} > ${spec.title} (${test.status})`,
        message: test.results
          .flatMap((/** @type {any} */ result) => result.errors)
          .map((/** @type {any} */ error) => error.message)
          .join("\n"),
      })),
  };
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
  const reporters = ["--reporter=default", "--reporter=./scripts/unit-report.mjs"];
  const ok = run("unit", ["vitest", "run", ...reporters], { UNIT_REPORT: report });
  count("unit", report, (json) => json, ok);
}

if (wants("e2e")) {
  const report = `${reports}/e2e.json`;
  const chromium = await ensureChromium();
  const ok = run("e2e", ["playwright", "test"], {
    CHROMIUM_PATH: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  count("e2e", report, readPlaywright, ok);
}

// Again at the end, where whoever reads a long log looks first.
if (failures.length > 0) console.log("\n# failed");
for (const { name, message } of failures) {
  console.log(`\n${name}\n${message.split("\n").slice(0, 40).join("\n").replaceAll(/^/gm, "    ")}`);
}
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
