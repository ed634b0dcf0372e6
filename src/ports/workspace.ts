import type { Change, Content, Entry, Journal } from "../domain/changes.ts";

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
  subscribe(listener: (changes: Change[], origin: string | null) => void): Unsubscribe;
  /** Number of entries and bytes of content. */
  usage(): Promise<{ entries: number; bytes: number }>;
  /** Lets other tabs have it. */
  close(): Promise<void>;
}

/** Opens and deletes workspaces by conversation id. */
export interface Workspaces {
  /** Opens or makes the workspace. Errors: `workspace-busy` when another tab holds it and `takeOver` is not set. */
  open(conversationId: string, options?: { takeOver?: boolean }): Promise<Workspace>;
  /** Deletes every file of it for good. */
  destroy(conversationId: string): Promise<void>;
}
