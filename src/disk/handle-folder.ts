import { baseName, parentOf } from "../domain/paths.ts";
import type { DiskAccess, DiskEntry, DiskFile, DiskFolder, DiskStamp } from "../ports/disk-folders.ts";
import { changedOnDisk, diskError, isMissing, isNoFile, onDisk } from "./failure.ts";

/** What Chromium adds to handles, which no standard holds yet. */
interface Permissions {
  queryPermission?(options: { mode: "read" | "readwrite" }): Promise<PermissionState>;
  requestPermission?(options: { mode: "read" | "readwrite" }): Promise<PermissionState>;
}

const MODES: Record<DiskAccess, "read" | "readwrite"> = { read: "read", write: "readwrite" };

/** A DiskFolder over a handle of the File System Access API. The browser keeps every handle below the one chosen. */
export class HandleFolder implements DiskFolder {
  readonly handle: FileSystemDirectoryHandle;
  /** Folders found while looking through, by path. */
  readonly #folders = new Map<string, FileSystemDirectoryHandle>();

  constructor(handle: FileSystemDirectoryHandle) {
    this.handle = handle;
  }

  get name(): string {
    return this.handle.name;
  }

  async permission(access: DiskAccess): Promise<PermissionState> {
    const state = await (this.handle as Permissions).queryPermission?.({ mode: MODES[access] });
    return state ?? "granted";
  }

  async request(access: DiskAccess): Promise<boolean> {
    return onDisk(this.name, async () => {
      const state = await (this.handle as Permissions).requestPermission?.({ mode: MODES[access] });
      return (state ?? "granted") === "granted";
    });
  }

  async isSame(other: DiskFolder): Promise<boolean> {
    return other instanceof HandleFolder && this.handle.isSameEntry(other.handle);
  }

  list(path: string): Promise<DiskEntry[]> {
    return onDisk(path || this.name, async () => {
      if (path === "") this.#folders.clear();
      const entries: DiskEntry[] = [];
      for await (const child of (await this.#folder(path)).values()) {
        const below = path === "" ? child.name : `${path}/${child.name}`;
        if (isFolder(child)) {
          this.#folders.set(below, child);
          entries.push({ kind: "directory", name: child.name });
        } else if (isFile(child))
          entries.push({ kind: "file", name: child.name, read: () => onDisk(below, () => lookUp(child)) });
      }
      return entries;
    });
  }

  async read(path: string): Promise<DiskFile | null> {
    try {
      const folder = await this.#folder(parentOf(path));
      return await lookUp(await folder.getFileHandle(baseName(path)));
    } catch (error) {
      if (isNoFile(error)) return null;
      throw diskError(error, path);
    }
  }

  write(path: string, content: Blob, expected: DiskStamp | null): Promise<DiskStamp> {
    return onDisk(path, async () => {
      const folder = await this.#makeFolder(parentOf(path));
      const file = expected ? await existing(folder, path, expected) : await fresh(folder, path);
      try {
        await replace(file, content, { path, expected: expected ?? (await stampOf(file)) });
      } catch (error) {
        // What made the write fail is what is told.
        if (!expected) await removeEmpty(folder, file).catch(() => undefined);
        throw error;
      }
      return stampOf(file);
    });
  }

  remove(path: string, expected: DiskStamp): Promise<void> {
    return onDisk(path, async () => {
      const folder = await this.#folder(parentOf(path));
      await existing(folder, path, expected);
      await folder.removeEntry(baseName(path));
    });
  }

  async #folder(path: string): Promise<FileSystemDirectoryHandle> {
    if (path === "") return this.handle;
    const known = this.#folders.get(path);
    if (known) return known;
    const found = await (await this.#folder(parentOf(path))).getDirectoryHandle(baseName(path));
    this.#folders.set(path, found);
    return found;
  }

  /** Handles kept from before do not tell whether the folder is still there. */
  async #makeFolder(path: string): Promise<FileSystemDirectoryHandle> {
    let folder = this.handle;
    for (const name of path === "" ? [] : path.split("/"))
      folder = await folder.getDirectoryHandle(name, { create: true });
    return folder;
  }
}

function isFolder(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

async function lookUp(handle: FileSystemFileHandle): Promise<DiskFile> {
  const file = await handle.getFile();
  return { size: file.size, mtime: file.lastModified, content: file };
}

async function stampOf(handle: FileSystemFileHandle): Promise<DiskStamp> {
  const { size, lastModified } = await handle.getFile();
  return { size, mtime: lastModified };
}

function isStamp(one: DiskStamp, other: DiskStamp): boolean {
  return one.size === other.size && one.mtime === other.mtime;
}

/** The file that is expected there. */
async function existing(
  folder: FileSystemDirectoryHandle,
  path: string,
  expected: DiskStamp,
): Promise<FileSystemFileHandle> {
  try {
    const file = await folder.getFileHandle(baseName(path));
    if (isStamp(await stampOf(file), expected)) return file;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw changedOnDisk(path);
}

/** A new, empty file where none is expected. */
async function fresh(folder: FileSystemDirectoryHandle, path: string): Promise<FileSystemFileHandle> {
  const name = baseName(path);
  try {
    await folder.getFileHandle(name);
  } catch (error) {
    if (isMissing(error)) return folder.getFileHandle(name, { create: true });
    throw error;
  }
  throw changedOnDisk(path);
}

/** Replaces a file's content whole: the browser writes beside it and moves that over it at the end, when the file is still what it was. */
async function replace(
  file: FileSystemFileHandle,
  content: Blob,
  { path, expected }: { path: string; expected: DiskStamp },
): Promise<void> {
  const writable = await file.createWritable();
  try {
    await writable.write(content);
    if (!isStamp(await stampOf(file), expected)) throw changedOnDisk(path);
    await writable.close();
  } catch (error) {
    // A stream that failed is gone already; what made it fail is what is told.
    await writable.abort().catch(() => undefined);
    throw error;
  }
}

/** Takes away the file that was made for a write that failed, as long as nothing is in it. */
async function removeEmpty(folder: FileSystemDirectoryHandle, file: FileSystemFileHandle): Promise<void> {
  if ((await stampOf(file)).size === 0) await folder.removeEntry(file.name);
}
