import "fake-indexeddb/auto";

import { newId } from "../../../src/domain/ids.ts";
import { JournalSender } from "../../../src/sandbox/engine/journal-sender.ts";
import { ReplicaFs } from "../../../src/sandbox/embedded/replica-fs.ts";
import { runShell } from "../../../src/sandbox/embedded/shell.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import type { ShellResult } from "../../../src/ports/sandbox.ts";
import { freshId, openHub, ROOT } from "../../support/ports/hub-workspace.ts";

/** The kernel's shell and replica in this thread, with its journal going into a real hub. */
export interface Engine {
  fs: ReplicaFs;
  workspace: Workspace;
  run(command: string, options?: { cwd?: string; timeoutMs?: number }): Promise<ShellResult>;
}

export async function openEngine(
  fill: (workspace: Workspace) => Promise<void> = async () => {},
): Promise<Engine> {
  const workspace = await openHub(freshId());
  await fill(workspace);
  const origin = newId();
  const journal = new JournalSender((changes) => workspace.apply({ origin, changes }));
  const fs = new ReplicaFs({
    root: ROOT,
    loadContent(path) {
      journal.flush();
      return workspace.readBytes(path);
    },
    onChange: (change) => journal.add(change),
  });
  fs.seed(await workspace.list("", { recursive: true }));
  workspace.subscribe((changes, from) => {
    if (from !== origin) fs.applyRemote(changes);
  });
  return {
    fs,
    workspace,
    async run(command, options = {}) {
      const result = await runShell(fs, {
        command,
        cwd: options.cwd ?? ROOT,
        env: {},
        timeoutMs: options.timeoutMs ?? 10_000,
      });
      await journal.settle();
      return result;
    },
  };
}

/** The replica's mount, in the words of the workspace contract's `picture`, without times. */
export async function replicaPicture(fs: ReplicaFs): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const path of fs.getAllPaths()) {
    if (!path.startsWith(`${ROOT}/`)) continue;
    const stat = await fs.lstat(path);
    const mode = stat.mode.toString(8);
    const at = path.slice(ROOT.length + 1);
    if (stat.isSymbolicLink) found.push([at, `symlink ${await fs.readlink(path)}`]);
    else if (stat.isDirectory) found.push([at, `directory ${mode}`]);
    else found.push([at, `file ${mode} ${Buffer.from(await fs.readFileBuffer(path)).toString("latin1")}`]);
  }
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A workspace's picture without times. */
export function withoutTimes(picture: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(picture).map(([path, text]) => [path, text.replace(/^file (\d+) -?\d+ /, "file $1 ")]),
  );
}
