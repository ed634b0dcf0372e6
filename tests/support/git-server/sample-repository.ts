import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git, temporaryFolder } from "./git.ts";

/** Names that are hard on paths, encodings and sorting. */
export const HARD_NAMES = [
  "日本語/ファイル.txt",
  "emoji 🎉.md",
  "with space/and (brackets).txt",
  "é.txt",
  "e\u0301.txt",
];

/**
 * A repository with what real ones hold: deltas, hard names, a symlink, an
 * executable bit, binary files, a merge, an annotated tag and a second branch.
 * Pushed to `bare` and packed there. Returns its working folder.
 */
export async function fillRepository(bare: string): Promise<string> {
  const work = temporaryFolder();
  await git(work, "init", "--initial-branch=main", ".");
  write(work, "README.md", "# Sample\n");
  for (const name of HARD_NAMES) write(work, name, `content of ${name}\n`);
  write(work, "bin/run.sh", "#!/bin/sh\necho run\n");
  chmodSync(join(work, "bin/run.sh"), 0o755);
  write(work, "data.bin", Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)));
  symlinkSync("../README.md", join(work, "bin/link"));
  write(work, "long.txt", longText(0));
  await save(work, "first");
  // Versions that differ in a line each: Git packs these as deltas.
  for (let version = 1; version <= 5; version += 1) {
    write(work, "long.txt", longText(version));
    await save(work, `version ${version}`);
  }
  await git(work, "checkout", "-q", "-b", "side");
  write(work, "side.txt", "on the side\n");
  await save(work, "side work");
  await git(work, "checkout", "-q", "main");
  write(work, "main.txt", "on main\n");
  await save(work, "main work");
  await git(work, "merge", "-q", "--no-ff", "-m", "merge side", "side");
  await git(work, "tag", "-a", "-m", "one", "v1");
  await git(work, "push", "-q", bare, "main", "side", "v1");
  await git(bare, "repack", "-adq", "--depth=50", "--window=50");
  return work;
}

export function write(folder: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

export async function commit(folder: string, message: string): Promise<string> {
  await save(folder, message);
  return git(folder, "rev-parse", "HEAD");
}

async function save(folder: string, message: string): Promise<void> {
  await git(folder, "add", "-A");
  await git(folder, "commit", "-q", "-m", message);
}

function longText(version: number): string {
  return Array.from({ length: 400 }, (_, line) =>
    line === version * 60
      ? `line ${line}, changed in version ${version}`
      : `line ${line} of a text that is long enough`,
  ).join("\n");
}
