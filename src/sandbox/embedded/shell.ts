import { Bash } from "just-bash/browser";

import type { ShellResult } from "../../ports/sandbox.ts";
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

/** Runs one command in a fresh shell on the replica. */
export async function runShell(fs: ReplicaFs, run: ShellRun): Promise<ShellResult> {
  const bash = new Bash({
    fs,
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
  const result = await bash.exec(run.command, { rawScript: true });
  const decode = (text: string): string => (result.stdoutKind === "bytes" ? fromBytes(text) : text);
  return { stdout: decode(result.stdout), stderr: result.stderr, exitCode: result.exitCode, ended: "exit" };
}

function fromBytes(text: string): string {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
