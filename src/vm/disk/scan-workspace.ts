import type { Entry, EntryKind } from "../../domain/changes.ts";
import { IGNORE_FILE } from "../../domain/ignore-rules.ts";
import { parentOf, toWorkspacePath } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { LeftOutRules } from "./left-out-rules.ts";

/** What is in the workspace, by workspace path. */
export interface WorkspaceScan {
  /** Files that are not left out, and those that `always` names. */
  files: Map<string, Entry>;
  /** Everything, with what it is. */
  kinds: Map<string, EntryKind>;
  /** Symbolic links that are not left out: a browser cannot make them on a disk. */
  links: string[];
}

/** Lists the workspace. A file that `always` names counts although a rule leaves it out. */
export async function scanWorkspace(
  workspace: Workspace,
  always: (path: string) => boolean = () => false,
): Promise<WorkspaceScan> {
  const entries = (await workspace.list("", { recursive: true })).map((entry) => ({
    ...entry,
    path: toWorkspacePath(workspace.root, entry.path),
  }));
  const rules = await readRules(workspace, entries);
  const scan: WorkspaceScan = { files: new Map(), kinds: new Map(), links: [] };
  for (const entry of entries) {
    scan.kinds.set(entry.path, entry.kind);
    if (entry.kind === "directory") continue;
    if (!always(entry.path) && rules.leavesOut(entry.path, false)) continue;
    if (entry.kind === "symlink") scan.links.push(entry.path);
    else scan.files.set(entry.path, entry);
  }
  return scan;
}

async function readRules(workspace: Workspace, entries: readonly Entry[]): Promise<LeftOutRules> {
  const rules = new LeftOutRules();
  const depth = (path: string): number => path.split("/").length;
  const texts = entries
    .filter(({ kind, path }) => kind === "file" && (path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`)))
    .toSorted((a, b) => depth(a.path) - depth(b.path));
  for (const { path } of texts) {
    const folder = parentOf(path);
    if (folder === "" || !rules.leavesOut(folder, true)) rules.add(folder, await workspace.readText(path));
  }
  return rules;
}

/** Why a file of the disk cannot be put at a path of the workspace, in words; null when it can. What no snapshot keeps is not written over. */
export function obstacle({ kinds, files }: WorkspaceScan, path: string): string | null {
  const there = kinds.get(path);
  if (there === "directory") return "A folder of that name is here. Rename it first.";
  if (there === "symlink") return "A link of that name is here. Rename it first.";
  if (there === "file" && !files.has(path))
    return "A file of that name is here which snapshots leave out, so that it would be lost. Rename it first.";
  for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
    const kind = kinds.get(folder);
    if (kind === undefined || kind === "directory") continue;
    return `“${folder}” is a ${kind === "file" ? "file" : "link"} here, not a folder. Rename it first.`;
  }
  return null;
}
