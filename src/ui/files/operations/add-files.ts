import type { Change } from "../../../domain/changes.ts";
import { baseName } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { innerPath, joinPath } from "../inner-path.ts";
import type { Dropped, DroppedFile } from "./dropped.ts";
import { numberedName } from "./names.ts";

/** Files are written in groups: one durable step for many small ones, and never too much of them in memory. */
const GROUP_FILES = 200;
const GROUP_BYTES = 32 * 1024 * 1024;

/** The names right below the place something was dropped on: "photos" for "photos/a.png". */
function topOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** Workspace paths that adding would write over. */
export async function takenPaths(workspace: Workspace, folder: string, dropped: Dropped): Promise<string[]> {
  const tops = new Set(dropped.files.map((one) => topOf(one.path)));
  const there = new Set<string>();
  for (const entry of await workspace.list(folder)) {
    if (!tops.has(baseName(entry.path))) continue;
    const below =
      entry.kind === "directory" ? await workspace.list(entry.path, { recursive: true }) : [entry];
    for (const one of below) if (one.kind !== "directory") there.add(innerPath(workspace.root, one.path));
  }
  return dropped.files.map((one) => joinPath(folder, one.path)).filter((path) => there.has(path));
}

/** The same files with names that write over nothing: what lies at the top gets a number where its name is taken. */
export async function withFreeNames(
  workspace: Workspace,
  folder: string,
  dropped: Dropped,
): Promise<Dropped> {
  const entries = await workspace.list(folder);
  const names = new Set(entries.map((entry) => baseName(entry.path)));
  const renamed = new Map<string, string>();
  const free = (path: string): string => {
    const top = topOf(path);
    const name = renamed.get(top) ?? numberedName(top, (one) => names.has(one));
    renamed.set(top, name);
    return name + path.slice(top.length);
  };
  const files: DroppedFile[] = [];
  for (const one of dropped.files) {
    // Two files of one name in one choice: a browser gives both the bare name.
    if (!one.path.includes("/")) renamed.delete(one.path);
    files.push({ ...one, path: free(one.path) });
    names.add(topOf(files.at(-1)?.path ?? ""));
  }
  return { ...dropped, files, emptyFolders: dropped.emptyFolders.map(free) };
}

/** Writes what was dropped. When it is stopped or fails, the groups before are there; `onProgress` has told of them. */
export async function addFiles(
  workspace: Workspace,
  folder: string,
  dropped: Dropped,
  options: { signal: AbortSignal; onProgress: (files: number) => void },
): Promise<void> {
  let done = 0;
  for (const group of groupsOf(dropped.files)) {
    options.signal.throwIfAborted();
    await applyAll(
      workspace,
      group.map(({ path, file }) => ({
        kind: "write",
        path: joinPath(folder, path),
        content: file,
        mtime: file.lastModified,
      })),
    );
    done += group.length;
    options.onProgress(done);
  }
  const folders = dropped.emptyFolders.map((path): Change => ({
    kind: "mkdir",
    path: joinPath(folder, path),
  }));
  if (folders.length > 0) await applyAll(workspace, folders);
}

function applyAll(workspace: Workspace, changes: Change[]): Promise<void> {
  return workspace.apply({ origin: "files-pane", changes });
}

function* groupsOf(files: readonly DroppedFile[]): Generator<DroppedFile[]> {
  let group: DroppedFile[] = [];
  let bytes = 0;
  for (const one of files) {
    const full = group.length >= GROUP_FILES || bytes + one.file.size > GROUP_BYTES;
    if (group.length > 0 && full) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(one);
    bytes += one.file.size;
  }
  if (group.length > 0) yield group;
}
