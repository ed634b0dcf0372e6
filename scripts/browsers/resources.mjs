// @ts-check
// Everything the browser tests start or make on disk, so that all of it is gone when they end, however they end.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @type {Set<number>} Process groups that may still be alive, by their leader's id. */
const groups = new Set();
/** @type {Set<string>} */
const folders = new Set();
/** Signals a group once more after this long, then ends it for good. Milliseconds. */
const GRACE_MS = 5_000;

// The last net: it also runs when the time limit or an uncaught error ends this process.
process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
  for (const folder of folders) removeFolder(folder);
});

/** A folder of its own for a profile or a home. Removed at the end. @param {string} name */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `okcvm-browsers-${name}-`));
  folders.add(folder);
  return folder;
}

/**
 * Starts a program as the leader of a process group, so that what it starts can be ended with it.
 * @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} options
 */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  if (child.pid !== undefined) groups.add(child.pid);
  return child;
}

/** Takes over a program that was started as a group leader elsewhere. @param {number | undefined} pid */
export function adoptGroup(pid) {
  if (pid !== undefined) groups.add(pid);
}

/**
 * Ends a group: politely, then for good. Resolves when none of it is left.
 * @param {number | undefined} pid
 */
export async function stopGroup(pid) {
  if (pid === undefined || !groups.has(pid)) return;
  signalGroup(pid, "SIGTERM");
  const deadline = Date.now() + GRACE_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) signalGroup(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  groups.delete(pid);
}

/** Ends every group and removes every folder. */
export async function releaseAll() {
  await Promise.all([...groups].map(stopGroup));
  for (const folder of folders) removeFolder(folder);
  folders.clear();
}

/** @param {string} folder */
function removeFolder(folder) {
  // A browser that was just ended may still have written into its profile.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** @param {number} pid @param {NodeJS.Signals | 0} signal */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  return signalGroup(pid, 0);
}
