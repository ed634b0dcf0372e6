import type { DiskAccess } from "../../ports/disk-folders.ts";
import type { Session } from "../api.ts";

/** Folders of the person's own disk: files are brought here, and written there file by file as they confirm. */
export interface DiskApi {
  /** False where the browser cannot open folders. */
  supported(): boolean;
  open(session: Pick<Session, "id" | "workspace">): Promise<DiskSync>;
}

/** Between one conversation's files and a folder of the person's disk. */
export interface DiskSync {
  /** The folder the conversation works with; null for none. */
  linked(): Promise<LinkedFolder | null>;
  /** Lets the person choose a folder, in a press of theirs; null when they chose none. Nothing is read or kept yet. Errors: `not-supported`. */
  choose(): Promise<ChosenFolder | null>;
  /** Lets go of the folder. No file changes. */
  forget(): Promise<void>;
}

/** How far a long task is. */
export interface DiskProgress {
  phase: "looking" | "reading" | "comparing" | "writing";
  /** Files. */
  done: number;
  /** null while it is not known. */
  total: number | null;
}

export interface DiskTaskOptions {
  signal?: AbortSignal;
  onProgress?: (progress: DiskProgress) => void;
}

/** A file that is not taken along, and why, in words. */
export interface SkippedFile {
  path: string;
  reason: string;
}

/** What is in a folder, before any file is read. */
export interface FolderLook {
  files: number;
  /** Of their content. */
  bytes: number;
  /** Files here that have the same name as one of the folder and are not known to be the same. */
  replaced: number;
  skipped: SkippedFile[];
}

/** A folder the person chose a moment ago. */
export interface ChosenFolder {
  readonly name: string;
  /** True when the conversation works with it already. */
  readonly known: boolean;
  /** Looks through it. Errors: `too-large` above 50,000 files or 2 GB, `aborted`. */
  look(options?: DiskTaskOptions): Promise<FolderLook>;
  /** Brings its files here, as `look` found them; what was here is kept as a snapshot first. */
  open(options?: DiskTaskOptions): Promise<TakeResult>;
  /** Only remembers it, so that both sides can be compared. */
  link(): Promise<LinkedFolder>;
}

/** One side of a file. */
export interface FileVersion {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970 UTC. */
  mtime: number;
  /** null when its content was not read. */
  sha256: string | null;
}

/** A file that is not the same here and on the disk. */
export interface DiskDifference {
  /** Workspace path. */
  path: string;
  /** Where it changed since both were the same: `both` is a conflict. */
  changed: "here" | "disk" | "both";
  /** False when both sides were never the same: nothing tells which is newer. */
  known: boolean;
  /** null when it is not here. */
  here: FileVersion | null;
  /** null when it is not there. */
  disk: FileVersion | null;
}

/** How the workspace and the folder differ. */
export interface DiskComparison {
  /** By path. */
  differences: DiskDifference[];
  /** Files that are the same. */
  same: number;
  skipped: SkippedFile[];
}

/** A file that could not be written, deleted or brought here. */
export interface DiskFailure {
  path: string;
  message: string;
}

/** What a write did. */
export interface WriteResult {
  /** Paths. */
  written: string[];
  deleted: string[];
  failed: DiskFailure[];
  /** Files that changed since the comparison. When there is one before the first file is written, nothing is written. */
  stale: string[];
  /** True when it was stopped before its end. */
  stopped: boolean;
}

/** What bringing files here did. */
export interface TakeResult {
  taken: string[];
  removed: string[];
  failed: DiskFailure[];
  /** Files that changed since the comparison: when there is one, nothing was brought here. */
  stale: string[];
}

/** A folder the conversation works with. */
export interface LinkedFolder {
  readonly name: string;
  /** When files were last brought here or written there; null when never. Milliseconds since 1970 UTC. */
  readonly syncedAt: number | null;
  /** `prompt`: the person is asked when `request` is called. */
  permission(access: DiskAccess): Promise<"granted" | "prompt" | "denied">;
  /** Asks the person; call it in a press of theirs. */
  request(access: DiskAccess): Promise<boolean>;
  /** Errors: `too-large`, `aborted`, `not-supported` without permission to read. */
  compare(options?: DiskTaskOptions): Promise<DiskComparison>;
  /**
   * Makes the disk's files what they are here, for exactly these differences:
   * writes them, and deletes those that are gone here. Each is written only
   * while both sides are what the comparison found.
   */
  write(differences: readonly DiskDifference[], options?: DiskTaskOptions): Promise<WriteResult>;
  /** Makes the files here what they are on the disk, for exactly these differences; what was here is kept as a snapshot first. */
  take(differences: readonly DiskDifference[], options?: DiskTaskOptions): Promise<TakeResult>;
  /** Both sides of a file as they are now; null for a side that has none. */
  contents(path: string): Promise<{ here: Blob | null; disk: Blob | null }>;
}
