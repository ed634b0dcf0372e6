import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { picture } from "../../contract/workspace-contract.ts";
import { ROOT } from "../../support/ports/hub-workspace.ts";
import { BATTERY } from "./battery.ts";
import { openEngine, withoutTimes } from "./engine.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";

interface Outcome {
  stdout: string;
  exitCode: number | null;
  files: Record<string, string>;
}

let base = "";

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "okcvm-battery-"));
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

function filesBelow(folder: string): Record<string, string> {
  const found: [string, string][] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o777).toString(8);
    if (stat.isSymbolicLink()) found.push([name, `symlink ${readlinkSync(path)}`]);
    else if (stat.isDirectory()) found.push([name, `directory ${mode}`]);
    else found.push([name, `file ${mode} ${readFileSync(path).toString("latin1")}`]);
  }
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What real bash does in a folder of its own. */
function inBash(command: string): Outcome {
  const cwd = mkdtempSync(join(base, "w-"));
  const { stdout, status } = spawnSync("bash", ["-c", 'umask 022; exec bash -c "$1"', "bash", command], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: "/home/user", USER: "user", LANG: "C.UTF-8", TERM: "dumb" },
    timeout: 10_000,
  });
  return { stdout: stdout.replaceAll(cwd, ROOT), exitCode: status, files: filesBelow(cwd) };
}

async function inEngine(command: string): Promise<Outcome> {
  const engine = await openEngine();
  const { stdout, exitCode } = await engine.run(command);
  return { stdout, exitCode, files: withoutTimes(await picture(engine.workspace)) };
}

/** gzip writes a time and a system into its header; tar an owner. */
function comparable(outcome: Outcome): Outcome {
  const files = Object.entries(outcome.files).filter(([name]) => !/\.(gz|tar)$/.test(name));
  return { ...outcome, files: Object.fromEntries(files) };
}

/** Tools a bare machine may lack; a command that needs one has nothing to be compared with there. */
const ABSENT = ["jq", "column", "tar", "gzip", "find", "awk", "diff", "cmp"].filter(
  (tool) => spawnSync("bash", ["-c", `command -v ${tool}`]).status !== 0,
);
const comparableHere = (command: string): boolean =>
  !ABSENT.some((tool) => new RegExp(`\\b${tool}\\b`).test(command));

const hasBash = spawnSync("bash", ["--version"]).status === 0;

describe.runIf(hasBash)("the embedded shell does what GNU bash does", () => {
  for (const command of BATTERY) {
    const reason = KNOWN_DIFFERENCES[command];
    // A known difference that has gone is a failure: the table must then lose its line.
    const kind = comparableHere(command) ? (reason === undefined ? test : test.fails) : test.skip;
    kind(reason === undefined ? command : `${command}   [${reason}]`, async () => {
      expect(comparable(await inEngine(command))).toEqual(comparable(inBash(command)));
    });
  }
});

test("the table of known differences names only commands of the battery", () => {
  expect(Object.keys(KNOWN_DIFFERENCES).filter((command) => !BATTERY.includes(command))).toEqual([]);
  expect(BATTERY.length).toBeGreaterThanOrEqual(120);
  expect(new Set(BATTERY).size).toBe(BATTERY.length);
});
