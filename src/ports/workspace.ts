import type { Content, Entry, Journal, TreeChange } from "../domain/changes.ts";
import type { SharedWorkspace } from "./shared-workspace.ts";
import type { SearchOptions, SearchResult } from "../domain/search.ts";
import type { GitRemote, PushResult, TransferOptions } from "../domain/git-remote.ts";
import type { Branch, FileDiff, RestoreResult, Snapshot, SnapshotAbout } from "../domain/snapshot.ts";

/** Stops a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

/**
 * A conversation's files: the one source of truth. Every method takes absolute
 * paths under the mount, the legacy root, or paths relative to the mount.
 * Paths in answers are absolute. A change is durable (it survives a kill of the
 * tab) when the promise of the call that made it resolves.
 *
 * Errors of every method: `outside-workspace`, `bad-path`, `storage-full`,
 * `workspace-busy` after another tab has taken the workspace over.
 */
export interface Workspace {
  /** The mount path, without a slash at the end. */
  readonly root: string;
  /** Resolves when another tab has taken the workspace over; never otherwise. */
  readonly lost: Promise<void>;
  /** The direct children of a folder, or everything below it; folders first, then by name. Errors: `not-found`, `not-directory`. */
  list(path?: string, options?: { recursive?: boolean }): Promise<Entry[]>;
  /** null when nothing is there. A symlink is not followed. */
  stat(path: string): Promise<Entry | null>;
  /** UTF-8 text; bytes that are not UTF-8 become U+FFFD. Errors: `not-found`, `is-directory`. */
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The content as a Blob the browser may keep on disk: for large files. */
  readBlob(path: string): Promise<Blob>;
  /** Replaces or makes a file, with its parents. Errors: `is-directory`. */
  write(path: string, content: string | Content): Promise<void>;
  mkdir(path: string): Promise<void>;
  /** Removes a file or a whole folder. Errors: `not-found`. */
  remove(path: string): Promise<void>;
  /** Moves a file or folder, replacing a file that is there. Errors: `not-found`, `not-empty`. */
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  /** Applies a replica's journal in order, all of it or nothing. The origin is not sent its own changes. */
  apply(journal: Journal): Promise<void>;
  /** Called after changes are durable, with workspace paths; `origin` is null for calls of this interface. */
  subscribe(listener: (changes: TreeChange[], origin: string | null) => void): Unsubscribe;

  /**
   * Keeps the files as they are now, under a label; also when nothing changed.
   * Ignored files are left out: what the workspace's .gitignore files name,
   * node_modules and caches, unless the snapshot before had them.
   */
  snapshot(label: string, about?: SnapshotAbout): Promise<Snapshot>;
  /** The same, but null when the files are those of the newest snapshot. */
  snapshotIfChanged(label: string, about: SnapshotAbout): Promise<Snapshot | null>;
  /** The current branch's snapshots, newest first: `limit` of them (100), from `before` on back, which is left out. */
  snapshots(limit?: number, options?: { before?: string }): Promise<Snapshot[]>;
  /**
   * Brings files back as a snapshot has them; only what differs is written, and
   * ignored files stay. Unsaved changes are first kept as a snapshot of their
   * own. With `paths`, only those files and folders. Errors: `not-found`.
   */
  restore(id: string, options?: { paths?: string[] }): Promise<RestoreResult>;
  /**
   * How files differ from one snapshot to another, by path. `from` null stands
   * for no files at all, `to` null or left out for the files as they are now.
   * Lines are left out when `lines` is false and beyond the first 300 files;
   * with `paths`, only those files and what lies below those folders are
   * compared. Errors: `not-found`.
   */
  diff(
    from: string | null,
    to?: string | null,
    options?: { lines?: boolean; paths?: string[] },
  ): Promise<FileDiff[]>;
  /** A file as a snapshot has it. Errors: `not-found`, `is-directory`. */
  readAt(id: string, path: string): Promise<Blob>;
  branches(): Promise<Branch[]>;
  /**
   * Goes to a branch, or makes one at `from` (a snapshot, null for no files).
   * Unsaved changes are first kept on the branch that is left; then the files
   * become those of the branch. Errors: `not-found` for a branch that is
   * neither there nor made, `exists`, `bad-arguments` for a name Git refuses.
   */
  switchBranch(name: string, options?: { from: string | null }): Promise<void>;
  /** Called after a snapshot was made or the branch changed. */
  subscribeHistory(listener: () => void): Unsubscribe;

  /** A ZIP of a folder, or of everything. */
  exportZip(path?: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A Git bundle of every branch, unsaved changes kept as a snapshot first: `git clone <file>` makes a repository of it. */
  exportGit(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Unpacks a ZIP into a folder (the root), replacing files of the same name,
   * which are kept as a snapshot first. All of it or nothing. Errors:
   * `bad-archive` for a file that is no ZIP, is damaged, holds names that leave
   * the folder or that Git forbids, or unpacks to over 2 GB or 100,000 files.
   */
  importZip(
    zip: Blob,
    options?: { into?: string; label?: string },
  ): Promise<{ files: number; bytes: number }>;

  /**
   * Fetches a branch of a Git repository with its history and puts its files
   * over the workspace's, as a snapshot that follows both; what was there is
   * kept as a snapshot first. All of it or nothing. Errors: `bad-arguments` for
   * an address that is none, `unreachable`, `unauthorized`, `not-found`,
   * `bad-archive` for a repository with missing objects or unsafe names, `aborted`.
   */
  importGit(remote: GitRemote, options?: TransferOptions): Promise<Snapshot>;
  /**
   * Pushes the current branch with its snapshots, unsaved changes kept as one
   * first. Errors: the same, and `push-rejected` when the remote has commits
   * this workspace lacks or does not let the branch be moved.
   */
  pushGit(remote: GitRemote, options?: TransferOptions): Promise<PushResult>;

  /** Its history as it is shared with other devices; null where another tab holds the files. */
  readonly shared: SharedWorkspace | null;

  /** Lines of text files that hold `query`, by path and line. Ignored folders are left out. Errors: `bad-arguments` for a regular expression that is none. */
  search(query: string, options?: SearchOptions): Promise<SearchResult>;

  /** Number of entries, bytes of their content, and bytes of the history. */
  usage(): Promise<{ entries: number; bytes: number; history: number }>;
  /** Lets other tabs have it. */
  close(): Promise<void>;
}

/** Opens and deletes workspaces by conversation id. */
export interface Workspaces {
  /**
   * Opens or makes the workspace. When another tab holds it, `takeOver` takes it
   * from there and `wait` waits until it is free. Errors: `workspace-busy` when
   * neither is set, `aborted` when the signal to wait with fires.
   */
  open(conversationId: string, options?: { takeOver?: boolean; wait?: AbortSignal }): Promise<Workspace>;
  /** Deletes every file of it for good, unless `first` answers false. Nobody opens it meanwhile. Errors: `workspace-busy` when a tab has it open, those of `first`. */
  destroy(conversationId: string, first?: () => Promise<boolean>): Promise<void>;
}
