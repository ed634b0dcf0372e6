/** What a directory entry is. */
export type EntryKind = "file" | "directory" | "symlink";

/** One entry of the workspace tree, without its content. */
export interface Entry {
  /** Workspace path: relative to the mount, no leading slash. */
  path: string;
  kind: EntryKind;
  /** POSIX permission bits, 0o644 or 0o755 for files. */
  mode: number;
  /** Bytes; 0 for directories, the target's length for symlinks. */
  size: number;
  /** Milliseconds since 1970 UTC. */
  mtime: number;
  /** Where a symlink points, as written; absent for others. */
  target?: string;
}

/** File content on its way through a port: bytes in memory, or a Blob the browser may keep on disk. */
export type Content = Uint8Array | Blob;

/**
 * One ordered change of a tree. Paths are workspace paths. `write` makes
 * missing parents; `remove` takes a whole folder; `rename` replaces its target.
 */
export type Change =
  | { kind: "write"; path: string; content: Content; mode?: number; mtime?: number }
  | { kind: "mkdir"; path: string }
  | { kind: "remove"; path: string }
  | { kind: "rename"; path: string; to: string }
  | { kind: "symlink"; path: string; target: string }
  | { kind: "chmod"; path: string; mode: number };

/** Changes in the order they happened, and who made them, so that a replica is not sent its own. */
export interface Journal {
  origin: string;
  changes: Change[];
}

/** A change as those who watch the workspace hear it: what it wrote is read when it is needed. */
export type TreeChange =
  | {
      kind: "write";
      path: string;
      /** Bytes. */
      size: number;
      mode: number;
      /** Milliseconds since 1970 UTC. */
      mtime: number;
    }
  | Exclude<Change, { kind: "write" }>;
