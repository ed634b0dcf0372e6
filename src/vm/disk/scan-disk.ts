import { OkcvmError, throwIfAborted } from "../../domain/errors.ts";
import { IGNORE_FILE } from "../../domain/ignore-rules.ts";
import { checkPath, leadsIntoGit, parentOf } from "../../domain/paths.ts";
import type { DiskEntry, DiskFile, DiskFolder } from "../../ports/disk-folders.ts";
import type { DiskTaskOptions, SkippedFile } from "./api.ts";
import { textOf } from "./contents.ts";
import { inParallel } from "../../domain/in-parallel.ts";
import { LeftOutRules } from "./left-out-rules.ts";

/** What a tab can work with: the files that are not left out, and the bytes of their content. */
export interface ScanLimits {
  files: number;
  bytes: number;
}
const LIMITS: ScanLimits = { files: 50_000, bytes: 2 * 1024 ** 3 };

/** Folders gone through at once, and files looked up at once in each. */
const FOLDERS_AT_ONCE = 8;
const FILES_AT_ONCE = 16;
/** What Chromium leaves behind when it is ended while it writes a file. */
const UNFINISHED = ".crswap";

/** A folder of the disk: its files without their contents. */
export interface DiskScan {
  /** By path. */
  files: Map<string, DiskFile>;
  /** Bytes of all files. */
  bytes: number;
  /** Files and folders that cannot be taken along. */
  skipped: SkippedFile[];
}

/** Looks through a folder, level by level; what the rules leave out is not gone into. Errors: `too-large`, `aborted`. */
export async function scanDisk(
  folder: DiskFolder,
  options: DiskTaskOptions & { limits?: ScanLimits } = {},
): Promise<DiskScan> {
  const scan = new Scan(folder, options);
  for (let level = [""]; level.length > 0;) {
    const below = await inParallel(level, FOLDERS_AT_ONCE, (path) => scan.folder(path));
    level = below.flat();
  }
  return scan;
}

/** Whether a path, or a folder above it, was skipped: nothing is known of it then. */
export function isSkipped(skipped: ReadonlySet<string>, path: string): boolean {
  for (let at = path; at !== ""; at = parentOf(at)) if (skipped.has(at)) return true;
  return false;
}

class Scan implements DiskScan {
  readonly files = new Map<string, DiskFile>();
  readonly skipped: SkippedFile[] = [];
  bytes = 0;
  readonly #folder: DiskFolder;
  readonly #options: DiskTaskOptions;
  readonly #limits: ScanLimits;
  readonly #rules = new LeftOutRules();
  #count = 0;

  constructor(folder: DiskFolder, options: DiskTaskOptions & { limits?: ScanLimits }) {
    this.#folder = folder;
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
  }

  /** Takes in what is directly in a folder. Answers the folders to go into. */
  async folder(path: string): Promise<string[]> {
    throwIfAborted(this.#options.signal);
    const entries = await this.#list(path);
    const kept = entries
      .map((entry) => ({ entry, path: path === "" ? entry.name : `${path}/${entry.name}` }))
      .filter((one) => this.#keeps(one.path, one.entry));
    const files = kept.flatMap(({ entry, path }) => (entry.kind === "file" ? [{ entry, path }] : []));
    this.#count += files.length;
    this.#checkLimits();
    await inParallel(files, FILES_AT_ONCE, ({ entry, path }) => this.#file(path, entry));
    this.#options.onProgress?.({ phase: "looking", done: this.files.size, total: null });
    return kept.flatMap(({ entry, path }) => (entry.kind === "directory" ? [path] : []));
  }

  /** What is in a folder, its rules added; nothing when it had to be skipped. */
  async #list(path: string): Promise<DiskEntry[]> {
    try {
      const entries = await this.#folder.list(path);
      const rules = entries.find((entry) => entry.name === IGNORE_FILE);
      if (rules?.kind === "file")
        this.#rules.add(path, await textOf(`${path}/${IGNORE_FILE}`, (await rules.read()).content));
      return entries;
    } catch (error) {
      // One folder may be closed to the person; the chosen one itself must not be.
      if (path === "") throw error;
      this.#skip(path, error);
      return [];
    }
  }

  async #file(path: string, entry: Extract<DiskEntry, { kind: "file" }>): Promise<void> {
    throwIfAborted(this.#options.signal);
    try {
      const file = await entry.read();
      this.files.set(path, file);
      this.bytes += file.size;
    } catch (error) {
      this.#skip(path, error);
    }
    this.#checkLimits();
  }

  #skip(path: string, error: unknown): void {
    if (!(error instanceof OkcvmError)) throw error;
    this.skipped.push({ path, reason: error.message });
  }

  #keeps(path: string, entry: DiskEntry): boolean {
    if (entry.name.endsWith(UNFINISHED) || leadsIntoGit(entry.name)) return false;
    const reason = problemOf(entry.name, path);
    if (reason !== null) this.skipped.push({ path, reason });
    return reason === null && !this.#rules.leavesOut(path, entry.kind === "directory");
  }

  #checkLimits(): void {
    const { files, bytes } = this.#limits;
    const over =
      this.#count > files
        ? `more than ${files.toLocaleString("en")} files`
        : this.bytes > bytes
          ? `more than ${(bytes / 1024 ** 3).toLocaleString("en")} GB`
          : null;
    if (over === null) return;
    throw new OkcvmError(
      "too-large",
      `“${this.#folder.name}” holds ${over}, which is more than a browser tab can work with. Choose a folder inside it, or name what is not needed in a .gitignore file. Nothing was read.`,
    );
  }
}

/** Why the workspace cannot have a name, in words; null when it can. A disk's names are not trusted to stay below their folder. */
function problemOf(name: string, path: string): string | null {
  if (name.includes("/")) return "Its name holds a slash.";
  try {
    checkPath(path);
    return null;
  } catch (error) {
    if (error instanceof OkcvmError) return error.message;
    throw error;
  }
}
