import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Workspace } from "../../../src/ports/workspace.ts";

/** Runs the installed Git, without the machine's own settings. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "T",
      GIT_AUTHOR_EMAIL: "t@example.com",
      GIT_COMMITTER_NAME: "T",
      GIT_COMMITTER_EMAIL: "t@example.com",
    },
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** A temporary folder, removed with `remove`, which waits for a browser that is still writing its last files. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "okcvm-git-"));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}

/** Clones a bundle strictly, checks it with fsck, and answers the checkout's folder. Throws what Git says. */
export function cloneBundle(bundle: Uint8Array, folder: string): string {
  writeFileSync(join(folder, "it.bundle"), bundle);
  git(folder, "-c", "transfer.fsckObjects=true", "clone", "-q", "it.bundle", "clone");
  const clone = join(folder, "clone");
  const said = git(clone, "fsck", "--full", "--strict");
  if (said.trim() !== "") throw new Error(`git fsck: ${said}`);
  return clone;
}

/** Every file below a folder but Git's own: kind, executable bit and content. */
export function diskPicture(folder: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (path === ".git") continue;
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) Object.assign(found, diskPicture(folder, path));
    else if (stat.isSymbolicLink()) found[path] = `link ${readlinkSync(join(folder, path))}`;
    else {
      const mode = stat.mode & 0o100 ? "755" : "644";
      found[path] = `${mode} ${readFileSync(join(folder, path)).toString("latin1")}`;
    }
  }
  return found;
}

/** The same of a workspace. */
export async function filesPicture(workspace: Workspace): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await workspace.list("", { recursive: true })) {
    const path = entry.path.slice(workspace.root.length + 1);
    if (entry.kind === "symlink") found[path] = `link ${entry.target}`;
    if (entry.kind !== "file") continue;
    const content = Buffer.from(await workspace.readBytes(entry.path)).toString("latin1");
    found[path] = `${entry.mode & 0o100 ? "755" : "644"} ${content}`;
  }
  return found;
}
