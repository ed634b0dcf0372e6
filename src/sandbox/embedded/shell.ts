import { Bash, type BashExecResult } from "just-bash/browser";

import type { ShellResult } from "../../ports/sandbox.ts";
import { COMMAND_PACK } from "./commands/pack.ts";
import { makeTrap, type ExitTrap } from "./commands/trap.ts";
import { followOutput, utf8Text, wholeOutput, type ScriptFollower } from "./live-output.ts";
import type { ReplicaFs } from "./replica-fs.ts";

export interface ShellRun {
  command: string;
  cwd: string;
  env: Record<string, string>;
  /** Milliseconds; loops of the shell's own stop by themselves then, the host ends the rest. */
  timeoutMs: number;
}

/** The time limit and memory are what bounds a command; the shell's own counters would end honest work. */
const UNBOUNDED = 1_000_000_000;

/** Runs one command in a fresh shell on the replica. `follower` hears all of its output, as statements end. */
export async function runShell(
  fs: ReplicaFs,
  run: ShellRun,
  follower: ScriptFollower = { output: () => {}, statementEnd: () => {} },
): Promise<ShellResult> {
  const trap = makeTrap();
  const bash = new Bash({
    fs,
    customCommands: [...COMMAND_PACK, trap.command],
    cwd: run.cwd,
    env: { HOME: "/home/user", USER: "user", LANG: "C.UTF-8", TERM: "dumb", ...run.env },
    executionLimits: {
      maxCommandCount: UNBOUNDED,
      maxLoopIterations: UNBOUNDED,
      maxAwkIterations: UNBOUNDED,
      maxSedIterations: UNBOUNDED,
      maxJqIterations: UNBOUNDED,
      maxWorkUnits: UNBOUNDED,
      maxBraceExpansionResults: 10_000_000,
      maxExecutionTimeMs: run.timeoutMs,
    },
  });
  const live = followOutput(bash, follower);
  const result = await bash.exec(run.command, { rawScript: true }).catch(redirectFailure);
  const atExit = trap.atExit();
  const last = atExit === null ? null : await runAtExit(bash, atExit, result);
  const stdout = wholeOutput(live.stdout, textOf(result)) + (last ? textOf(last) : "");
  const stderr = wholeOutput(live.stderr, utf8Text(result.stderr)) + utf8Text(last?.stderr ?? "");
  // What the statements' ends did not tell: of one that ended the script, and of its trap.
  if (stdout.length > live.stdout.length) follower.output(stdout.slice(live.stdout.length), "stdout");
  if (stderr.length > live.stderr.length) follower.output(stderr.slice(live.stderr.length), "stderr");
  return { stdout, stderr, exitCode: result.exitCode, ended: "exit" };
}

/** Runs what was trapped for EXIT with the variables the script ended with, as far as they are known. */
async function runAtExit(bash: Bash, trap: ExitTrap, ended: BashExecResult): Promise<BashExecResult> {
  const cwd = ended.env["PWD"] ?? bash.getCwd();
  const env = { ...trap.env, ...ended.env };
  return bash.exec(trap.handler, { rawScript: true, env, cwd }).catch(redirectFailure);
}

const REASONS: Record<string, string> = {
  ENOENT: "No such file or directory",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  ENAMETOOLONG: "File name too long",
  EBUSY: "Device or resource busy",
  EPERM: "Operation not permitted",
};

/** The shell's library lets a file it cannot redirect to end the whole script, with the file system's own error. */
function redirectFailure(error: unknown): BashExecResult {
  const [, code, path] = /^(E[A-Z]+): .*'(.*)'$/s.exec(error instanceof Error ? error.message : "") ?? [];
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason === undefined) throw error;
  return { stdout: "", stderr: `bash: ${path}: ${reason}\n`, exitCode: 1, env: {} };
}

function textOf(result: BashExecResult): string {
  if (result.stdoutKind !== "bytes") return result.stdout;
  return new TextDecoder().decode(Uint8Array.from(result.stdout, (character) => character.charCodeAt(0)));
}
