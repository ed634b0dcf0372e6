import type { Entry } from "../domain/changes.ts";
import { OkcvmError, throwIfAborted } from "../domain/errors.ts";
import { BRIDGE_NAME, SITE_LIMITS } from "../domain/site-limits.ts";
import { normalizePath } from "../domain/paths.ts";
import type { Workspace } from "../ports/workspace.ts";

const MAX_DEPTH = 40;

/** A file to publish: its path inside the site, and where the workspace holds it. */
export interface SiteSource {
  path: string;
  from: string;
  size: number;
}

/**
 * The files of a folder to publish. Symlinks are followed inside the folder.
 * Errors: `not-found` (no folder, no index.html), `not-directory`,
 * `outside-workspace` (a symlink that leaves the folder), `too-large`.
 */
export async function collectSite(
  workspace: Workspace,
  folder: string,
  signal?: AbortSignal,
): Promise<SiteSource[]> {
  await checkFolder(workspace, folder);
  const files: SiteSource[] = [];
  await collect({ workspace, folder, files, signal }, folder, "", 0);
  checkLimits(files);
  return files;
}

interface Walk {
  workspace: Workspace;
  /** Absolute. */
  folder: string;
  files: SiteSource[];
  signal: AbortSignal | undefined;
}

async function collect(walk: Walk, directory: string, prefix: string, depth: number): Promise<void> {
  throwIfAborted(walk.signal);
  if (depth > MAX_DEPTH)
    throw new OkcvmError(
      "bad-path",
      `${directory} is nested more than ${MAX_DEPTH} folders deep, or a symlink loops.`,
    );
  for (const entry of await walk.workspace.list(directory)) {
    const name = entry.path.slice(entry.path.lastIndexOf("/") + 1);
    const path = `${prefix}${name}`;
    if (path === BRIDGE_NAME)
      throw new OkcvmError(
        "bad-path",
        "A site cannot have a file or folder named __okcvm at its top. Rename it.",
      );
    const real = await followLinks(walk, entry);
    if (real.kind === "directory") await collect(walk, real.path, `${path}/`, depth + 1);
    else walk.files.push({ path, from: real.path, size: real.size });
  }
}

async function followLinks(walk: Walk, entry: Entry): Promise<Entry> {
  let current = entry;
  for (let hops = 0; current.kind === "symlink"; hops++) {
    const base = current.path.slice(0, current.path.lastIndexOf("/"));
    const target = current.target ?? "";
    const absolute = normalizePath(target.startsWith("/") ? target : `${base}/${target}`);
    if (absolute !== walk.folder && !absolute.startsWith(`${walk.folder}/`)) {
      throw new OkcvmError(
        "outside-workspace",
        `${entry.path} is a symlink that leaves the folder (to ${target}). Put a copy of the file in its place.`,
      );
    }
    const next = await walk.workspace.stat(absolute);
    if (!next)
      throw new OkcvmError("not-found", `${entry.path} is a symlink to ${target}, which does not exist.`);
    if (hops > MAX_DEPTH)
      throw new OkcvmError("bad-path", `${entry.path} is a symlink that leads back to itself.`);
    current = next;
  }
  return current;
}

async function checkFolder(workspace: Workspace, folder: string): Promise<void> {
  const entry = await workspace.stat(folder);
  if (!entry) throw new OkcvmError("not-found", `${folder} does not exist. Make the site there first.`);
  if (entry.kind !== "directory")
    throw new OkcvmError(
      "not-directory",
      `${folder} is not a folder. Give the folder that holds index.html.`,
    );
  const index = await workspace.stat(`${folder}/index.html`);
  if (index && index.kind !== "directory") return;
  const all = await workspace.list(folder, { recursive: true });
  const elsewhere = all.find((one) => one.kind === "file" && one.path.endsWith("/index.html"));
  const hint = elsewhere
    ? ` There is one in ${elsewhere.path.slice(0, -"/index.html".length)}: deploy that folder.`
    : "";
  throw new OkcvmError("not-found", `${folder} has no index.html directly in it.${hint}`);
}

function checkLimits(files: SiteSource[]): void {
  if (files.length > SITE_LIMITS.files) {
    throw new OkcvmError(
      "too-large",
      `The folder has ${files.length} files; a site can have ${SITE_LIMITS.files}. Leave out what the page does not need, such as node_modules.`,
    );
  }
  const big = files.find((file) => file.size > SITE_LIMITS.fileBytes);
  if (big)
    throw new OkcvmError(
      "too-large",
      `${big.path} has ${big.size} bytes; a file of a site can have ${SITE_LIMITS.fileBytes}.`,
    );
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > SITE_LIMITS.bytes)
    throw new OkcvmError(
      "too-large",
      `The files have ${total} bytes together; a site can have ${SITE_LIMITS.bytes}.`,
    );
}
