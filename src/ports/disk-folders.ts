/** What a page may do with a folder of the person's disk. Writing includes reading. */
export type DiskAccess = "read" | "write";

/** What tells that a file on the disk is still the same without reading it. */
export interface DiskStamp {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970 UTC. */
  mtime: number;
}

/** A file of the disk as it was looked up; reading `content` fails once the file has changed. */
export interface DiskFile extends DiskStamp {
  content: Blob;
}

/** One name in a folder of the disk. Links are left out by the browser. `read` looks a file up; it fails, in words, for one that cannot be read. */
export type DiskEntry =
  | { kind: "file"; name: string; read(): Promise<DiskFile> }
  | { kind: "directory"; name: string };

/**
 * A folder of the person's own disk that they chose. Paths are relative to it,
 * with slashes; nothing above it can be reached.
 *
 * Errors of every method: `not-supported` when the browser or the system does
 * not let the page do it, `not-found` for what is gone.
 */
export interface DiskFolder {
  readonly name: string;
  /** `prompt`: the person is asked when `request` is called. */
  permission(access: DiskAccess): Promise<"granted" | "prompt" | "denied">;
  /** Asks the person; call it in a press of theirs. True when it may. */
  request(access: DiskAccess): Promise<boolean>;
  /** True for the same folder of the disk, chosen another time. */
  isSame(other: DiskFolder): Promise<boolean>;
  /** What is directly in a folder, in no order; `""` for the folder itself. */
  list(path: string): Promise<DiskEntry[]>;
  /** A file as it is now; null when there is none. */
  read(path: string): Promise<DiskFile | null>;
  /**
   * Replaces or makes a file, whole or not at all, with its parents.
   * `expected` is what the file is known as, null for no file. Errors:
   * `not-read` when it is another by now, `bad-path` for a name the disk does
   * not take, `storage-full`.
   */
  write(path: string, content: Blob, expected: DiskStamp | null): Promise<DiskStamp>;
  /** Deletes a file. Errors: `not-read` when it is another than `expected` by now. */
  remove(path: string, expected: DiskStamp): Promise<void>;
}

/** A file that was the same on the disk and in the workspace when both were last seen. */
export interface SeenFile extends DiskStamp {
  /** Workspace path. */
  path: string;
  /** 64 lower-case hex digits. */
  sha256: string;
  /** When the workspace's file was changed; `mtime` is when the disk's was. */
  ownMtime: number;
}

/** The folder a conversation works with. */
export interface RememberedFolder {
  /** Names this choice of a folder; another choice has another one. */
  link: string;
  folder: DiskFolder;
  /** When files were last brought here or written there; null when never. Milliseconds since 1970 UTC. */
  syncedAt: number | null;
  /** A snapshot that holds every file seen by then; null for none. */
  snapshotId: string | null;
}

/** What changed in what is remembered of a folder. */
export interface SeenUpdate {
  /** Files to add or replace. */
  seen?: readonly SeenFile[];
  /** Paths to forget. */
  gone?: readonly string[];
  syncedAt?: number;
}

/** Folders of the person's disk, and which one each conversation works with. */
export interface DiskFolders {
  /** Lets the person choose; call it in a press of theirs. null when they chose none. Errors: `not-supported`. */
  pick(): Promise<DiskFolder | null>;
  /** null when the conversation works with none. */
  remembered(conversationId: string): Promise<RememberedFolder | null>;
  /** Every file seen. */
  seen(conversationId: string): Promise<SeenFile[]>;
  /** Remembers a folder and what was seen of it, in place of any other. */
  remember(conversationId: string, folder: RememberedFolder, seen: readonly SeenFile[]): Promise<void>;
  /** Adds to what was seen, all or nothing. Errors: `not-found` when the conversation works with another folder by now. */
  update(conversationId: string, link: string, update: SeenUpdate): Promise<void>;
  /** Forgets the folder of a conversation; the disk is not touched. */
  forget(conversationId: string): Promise<void>;
}

/** Where DiskFolders come from: they are loaded when they are first asked for. */
export interface DiskSource {
  /** False where the browser cannot open folders. */
  supported(): boolean;
  load(): Promise<DiskFolders>;
}
