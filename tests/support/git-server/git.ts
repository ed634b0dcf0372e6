import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** No settings of this machine's or person's reach the tests' Git. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
};

/**
 * Runs real Git in a folder; resolves to what it printed, trimmed. Rejects with
 * its standard error when it fails. Not synchronous: servers of this process
 * have to go on meanwhile, or their idle connections go stale.
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const running = run("git", ["-c", "core.quotePath=false", ...args], {
    cwd: folder,
    env: ENVIRONMENT,
    maxBuffer: 256 * 1024 * 1024,
  });
  // Some commands would wait for input.
  running.child.stdin?.end();
  const { stdout } = await running;
  return stdout.trim();
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "okcvm-git-"));
}
