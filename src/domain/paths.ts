import { OkcvmError } from "./errors.ts";
import { LEGACY_ROOT } from "./ids.ts";

/** The most bytes of one name, as most file systems have it. */
export const MAX_NAME_BYTES = 255;
/** The most bytes of a path. */
export const MAX_PATH_BYTES = 4096;

/** Resolves `.`, `..` and doubled slashes of an absolute path; the result starts with `/` and has no slash at the end. */
export function normalizePath(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") out.pop();
    else out.push(part);
  }
  return `/${out.join("/")}`;
}

/** The parent of a workspace path; the root `""` is its own parent. */
export function parentOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "" : path.slice(0, cut);
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The extension of a name in lower case, without its dot; `""` for none or a dot file. */
export function extensionOf(name: string): string {
  const base = baseName(name);
  const dot = base.lastIndexOf(".");
  return dot <= 0 ? "" : base.slice(dot + 1).toLowerCase();
}

/**
 * Turns what a person or model wrote into a workspace path: relative to the
 * mount, no leading slash, `""` for the mount itself.
 * Errors: `outside-workspace` when it leaves the mount, `bad-path` when no file
 * system takes it or Git forbids it.
 */
export function toWorkspacePath(root: string, path: string): string {
  if (path.includes("\0")) throw new OkcvmError("bad-path", "A path cannot hold a NUL character.");
  const absolute = normalizePath(path.startsWith("/") ? path : `${root}/${path}`);
  const inside = stripRoot(absolute, root) ?? stripRoot(absolute, LEGACY_ROOT);
  if (inside === undefined) {
    throw new OkcvmError("outside-workspace", `${path} is outside the workspace. Use a path under ${root}/.`);
  }
  checkPath(inside);
  return inside;
}

/** The absolute path of a workspace path. */
export function toAbsolutePath(root: string, path: string): string {
  return path === "" ? root : `${root}/${path}`;
}

function stripRoot(absolute: string, root: string): string | undefined {
  if (absolute === root) return "";
  return absolute.startsWith(`${root}/`) ? absolute.slice(root.length + 1) : undefined;
}

/**
 * Checks a workspace path for what no file system takes and what Git forbids,
 * so that every workspace is a sound repository. Errors: `bad-path`.
 */
export function checkPath(path: string): void {
  if (!path.isWellFormed())
    throw new OkcvmError("bad-path", "A path holds half of a character (a lone surrogate). Rename it.");
  if (bytesOf(path) > MAX_PATH_BYTES) {
    throw new OkcvmError("bad-path", `The path is over ${MAX_PATH_BYTES} bytes long. Use a shorter one.`);
  }
  for (const name of path === "" ? [] : path.split("/")) checkName(name);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function checkName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("\0"))
    throw new OkcvmError("bad-path", `A file cannot be called ${JSON.stringify(name)}. Use another name.`);
  if (bytesOf(name) > MAX_NAME_BYTES) {
    throw new OkcvmError(
      "bad-path",
      `A name in the path is over ${MAX_NAME_BYTES} bytes long. Use a shorter one.`,
    );
  }
  if (isGitFolder(name)) {
    throw new OkcvmError(
      "bad-path",
      `${JSON.stringify(name)} is kept for Git's own files. Snapshots are made by the app; use another name.`,
    );
  }
}

/** Characters that HFS+ leaves out of names, which Git therefore looks through. Source: Git's utf8.c. */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** True when a name on a path is `.git`, or one that some file system takes for it. */
export function leadsIntoGit(path: string): boolean {
  return path.split("/").some(isGitFolder);
}

/** A name as macOS compares it. */
export function asOnHfs(name: string): string {
  return name.replaceAll(HFS_IGNORED, "").toLowerCase();
}

/** True for `.git` and for the names other file systems take for it, as `git fsck` judges. */
function isGitFolder(name: string): boolean {
  if (asOnHfs(name) === ".git") return true;
  // NTFS: a backslash separates, what follows a colon names a stream, spaces and dots at the end do not count.
  return name
    .toLowerCase()
    .split("\\")
    .some((part) => /^(?:\.git|git~1)[ .]*(?::.*)?$/s.test(part));
}
