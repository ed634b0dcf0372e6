import { OkcvmError } from "../../../src/domain/errors.ts";
import { parentOf } from "../../../src/domain/paths.ts";
import type {
  DiskAccess,
  DiskEntry,
  DiskFile,
  DiskFolder,
  DiskFolders,
  DiskStamp,
  RememberedFolder,
  SeenFile,
  SeenUpdate,
} from "../../../src/ports/disk-folders.ts";

interface Stored {
  bytes: Uint8Array<ArrayBuffer>;
  mtime: number;
}

/** A folder of a disk, in memory. Its contents can no longer be read once the file has changed, as in a browser. */
export class MemoryDisk implements DiskFolder {
  readonly name: string;
  readonly files = new Map<string, Stored>();
  /** Names of folders that hold nothing, or that fail to be listed. */
  readonly closed = new Set<string>();
  /** Names to list besides those of files, as a hostile disk may. */
  readonly strange: string[] = [];
  /** Makes writing a path fail. */
  readonly faults = new Map<string, OkcvmError>();
  readonly granted = new Set<DiskAccess>(["read", "write"]);
  /** Every change asked for, in order: "write a.txt", "remove b.txt". */
  readonly log: string[] = [];
  reads = 0;
  #now = 1_000_000;

  constructor(name: string, files: Record<string, string | Uint8Array<ArrayBuffer>> = {}) {
    this.name = name;
    for (const [path, content] of Object.entries(files)) this.set(path, content);
  }

  /** What another program does; `mtime` is now unless it is given. */
  set(path: string, content: string | Uint8Array<ArrayBuffer>, mtime = this.#tick()): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.files.set(path, { bytes, mtime });
  }

  text(path: string): string | null {
    const file = this.files.get(path);
    return file ? new TextDecoder().decode(file.bytes) : null;
  }

  async permission(access: DiskAccess): Promise<"granted" | "prompt"> {
    return this.granted.has(access) ? "granted" : "prompt";
  }

  async request(access: DiskAccess): Promise<boolean> {
    this.granted.add(access);
    return true;
  }

  async isSame(other: DiskFolder): Promise<boolean> {
    return other === this;
  }

  async list(path: string): Promise<DiskEntry[]> {
    if (this.closed.has(path)) throw new OkcvmError("not-supported", `“${path}” cannot be listed.`);
    const names = new Map<string, DiskEntry>();
    for (const [file] of this.files) {
      if (path !== "" && !file.startsWith(`${path}/`)) continue;
      const [name = "", ...rest] = file.slice(path === "" ? 0 : path.length + 1).split("/");
      names.set(
        name,
        rest.length > 0
          ? { kind: "directory", name }
          : { kind: "file", name, read: () => this.#lookUp(file) },
      );
    }
    for (const name of path === "" ? this.strange : [])
      names.set(name, { kind: "file", name, read: () => Promise.reject(new Error("It was read.")) });
    return [...names.values()];
  }

  async read(path: string): Promise<DiskFile | null> {
    return this.files.has(path) ? this.#lookUp(path) : null;
  }

  async write(path: string, content: Blob, expected: DiskStamp | null): Promise<DiskStamp> {
    this.log.push(`write ${path}`);
    const fault = this.faults.get(path);
    if (fault) throw fault;
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      if (this.files.has(folder)) throw new OkcvmError("exists", `“${folder}” is a file on the disk.`);
    }
    this.#expect(path, expected);
    this.set(path, new Uint8Array(await content.arrayBuffer()));
    return this.#stamp(path);
  }

  async remove(path: string, expected: DiskStamp): Promise<void> {
    this.log.push(`remove ${path}`);
    this.#expect(path, expected);
    this.files.delete(path);
  }

  #expect(path: string, expected: DiskStamp | null): void {
    const there = this.files.get(path);
    const same = there
      ? expected?.size === there.bytes.length && expected.mtime === there.mtime
      : expected === null;
    if (!same) throw new OkcvmError("not-read", `“${path}” changed on the disk.`);
  }

  #stamp(path: string): DiskStamp {
    const file = this.files.get(path);
    if (!file) throw new OkcvmError("not-found", `“${path}” is gone.`);
    return { size: file.bytes.length, mtime: file.mtime };
  }

  async #lookUp(path: string): Promise<DiskFile> {
    const file = this.files.get(path);
    const count = (): void => void (this.reads += 1);
    const changed = (): boolean => this.files.get(path) !== file;
    return { ...this.#stamp(path), content: new FileBlob([file?.bytes ?? ""], { changed, count }) };
  }

  #tick(): number {
    this.#now += 10;
    return this.#now;
  }
}

class FileBlob extends Blob {
  readonly #watch: { changed: () => boolean; count: () => void };

  constructor(parts: BlobPart[], watch: { changed: () => boolean; count: () => void }) {
    super(parts);
    this.#watch = watch;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    this.#check();
    return super.arrayBuffer();
  }

  override async text(): Promise<string> {
    this.#check();
    return super.text();
  }

  override slice(start?: number, end?: number): Blob {
    return new FileBlob([super.slice(start, end)], this.#watch);
  }

  #check(): void {
    this.#watch.count();
    if (this.#watch.changed()) throw new DOMException("The file changed.", "NotReadableError");
  }
}

/** Folders and what was seen of them, in memory. `next` is what the person picks. */
export class MemoryDiskFolders implements DiskFolders {
  next: DiskFolder | null = null;
  readonly #folders = new Map<string, RememberedFolder>();
  readonly #seen = new Map<string, Map<string, SeenFile>>();

  async pick(): Promise<DiskFolder | null> {
    return this.next;
  }

  async remembered(conversationId: string): Promise<RememberedFolder | null> {
    return this.#folders.get(conversationId) ?? null;
  }

  async seen(conversationId: string): Promise<SeenFile[]> {
    return [...(this.#seen.get(conversationId)?.values() ?? [])];
  }

  async remember(id: string, folder: RememberedFolder, seen: readonly SeenFile[]): Promise<void> {
    this.#folders.set(id, folder);
    this.#seen.set(id, new Map(seen.map((file) => [file.path, file])));
  }

  async update(id: string, link: string, { seen = [], gone = [], syncedAt }: SeenUpdate): Promise<void> {
    const folder = this.#folders.get(id);
    if (folder?.link !== link) throw new OkcvmError("not-found", "Another folder by now.");
    for (const path of gone) this.#seen.get(id)?.delete(path);
    for (const file of seen) this.#seen.get(id)?.set(file.path, file);
    if (syncedAt !== undefined) this.#folders.set(id, { ...folder, syncedAt });
  }

  async forget(id: string): Promise<void> {
    this.#folders.delete(id);
    this.#seen.delete(id);
  }
}
