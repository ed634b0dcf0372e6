import type { EntryKind } from "./changes.ts";

/**
 * Why a snapshot was made. start: the files before the first message. reply: a tool call of the agent changed files.
 * manual: the person asked for it. edits: what the person changed by hand, kept
 * before something else changed the files. restore: the files went back to an
 * earlier snapshot. import: files came from a ZIP, a folder or a Git remote.
 * merge: work of several devices was put together. commit: made elsewhere, by Git.
 */
export type SnapshotKind = "start" | "reply" | "manual" | "edits" | "restore" | "import" | "merge" | "commit";

/** One moment of the workspace: a Git commit. */
export interface Snapshot {
  /** The commit's id: 40 lower-case hex digits (SHA-1). */
  id: string;
  /** First line of the commit's message. */
  label: string;
  /** Milliseconds since 1970 UTC, whole seconds. */
  timestamp: number;
  /** How many files differ from the snapshot before it; all of them for the first. */
  changed: number;
  kind: SnapshotKind;
  /** The snapshots it follows: none for the first, several for a merge made elsewhere. */
  parents: string[];
  /** What was done, in a few words, such as `write_file index.html`; "" when there is nothing to say. */
  detail: string;
  /** The reply it belongs to; null for others. */
  messageId: string | null;
}

/** What a new snapshot is told besides its label. */
export interface SnapshotAbout {
  kind: Exclude<SnapshotKind, "commit">;
  detail?: string;
  messageId?: string;
}

/** A line of history of its own; conversation branches each have one. */
export interface Branch {
  name: string;
  /** The newest snapshot's id; null before the first. */
  head: string | null;
  /** True for the one the workspace is on. */
  current: boolean;
}

/** One side of a changed file. */
export interface FileSide {
  kind: Exclude<EntryKind, "directory">;
  /** Git knows two: 0o644 and 0o755; 0o777 for symlinks. */
  mode: number;
  /** Bytes; a symlink's is its target's length. */
  size: number;
}

/** How one file differs between two moments. */
export interface FileDiff {
  /** Absolute path, on the newer side when it moved. */
  path: string;
  status: "added" | "modified" | "removed" | "renamed";
  /** Absolute path before; only when renamed. */
  oldPath?: string;
  /** null when added. */
  before: FileSide | null;
  /** null when removed. */
  after: FileSide | null;
  /** True when a side holds a NUL byte in its first 8,000 bytes, as Git judges; false when lines were not asked for. */
  binary: boolean;
  /** Lines added and taken away; 0 for binary files and when lines were not asked for or are too many. */
  additions: number;
  deletions: number;
  /** Changed regions with three lines around; null for binary files, when lines were not asked for, and above the limit of 1 MB a side. */
  hunks: DiffHunk[] | null;
}

/** A region of changed lines, as in a unified diff. Line numbers start at 1. */
export interface DiffHunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** Each with its first character: " " both, "-" before, "+" after, "\" the note on a missing newline at the end. */
  lines: string[];
}

/** What a restore did. */
export interface RestoreResult {
  /** The snapshot the files are at now. */
  snapshot: Snapshot;
  /** Where the files were before, unsaved changes included: restoring it undoes this. null when there was no snapshot and nothing to keep. */
  before: string | null;
  /** Files written or removed. */
  changed: number;
}
