type Bytes = Uint8Array<ArrayBuffer>;

interface Stat {
  type: "file" | "dir";
  mode: number;
  size: number;
  ino: number;
  mtimeMs: number;
}

/** What LightningFS tells apart its failures by; isomorphic-git reads `code`. */
class FileSystemError extends Error {
  readonly code: string;

  constructor(code: "ENOENT" | "EEXIST" | "ENOTDIR" | "EISDIR", path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/**
 * A backend for LightningFS that keeps everything in memory, for a repository
 * that lives as long as one exchange with a remote. LightningFS's own way,
 * IndexedDB behind a lock, would make scratch files durable and outlive a kill.
 * Paths come absolute and normalized. It has what isomorphic-git's fetch and
 * push call: no symlinks, no renames, no removal of folders.
 */
export class MemoryBackend {
  readonly #files = new Map<string, Bytes>();
  readonly #folders = new Map<string, Set<string>>([["/", new Set()]]);

  /** Called after each change; there is nothing to save. */
  saveSuperblock(): void {}

  readFile(path: string, options?: string | { encoding?: string }): Bytes | string {
    if (this.#folders.has(path)) throw new FileSystemError("EISDIR", path);
    const bytes = this.#files.get(path);
    if (!bytes) throw new FileSystemError("ENOENT", path);
    const encoding = typeof options === "string" ? options : options?.encoding;
    return encoding === "utf8" ? new TextDecoder().decode(bytes) : bytes;
  }

  writeFile(path: string, data: string | Bytes): void {
    if (this.#folders.has(path)) throw new FileSystemError("EISDIR", path);
    this.#parent(path).add(nameOf(path));
    this.#files.set(path, typeof data === "string" ? new TextEncoder().encode(data) : data);
  }

  unlink(path: string): void {
    if (!this.#files.delete(path)) throw new FileSystemError("ENOENT", path);
    this.#parent(path).delete(nameOf(path));
  }

  readdir(path: string): string[] {
    return [...this.#folder(path)];
  }

  mkdir(path: string): void {
    if (this.#folders.has(path) || this.#files.has(path)) throw new FileSystemError("EEXIST", path);
    this.#parent(path).add(nameOf(path));
    this.#folders.set(path, new Set());
  }

  stat(path: string): Stat {
    const bytes = this.#files.get(path);
    if (bytes) return { type: "file", mode: 0o100644, size: bytes.byteLength, ino: 0, mtimeMs: 0 };
    this.#folder(path);
    return { type: "dir", mode: 0o40755, size: 0, ino: 0, mtimeMs: 0 };
  }

  lstat(path: string): Stat {
    return this.stat(path);
  }

  #folder(path: string): Set<string> {
    const folder = this.#folders.get(path);
    if (folder) return folder;
    throw new FileSystemError(this.#files.has(path) ? "ENOTDIR" : "ENOENT", path);
  }

  #parent(path: string): Set<string> {
    return this.#folder(path.slice(0, path.lastIndexOf("/")) || "/");
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
