import { createHash, randomUUID } from "node:crypto";
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
  type FileHandle,
} from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { GrowingFile } from "./growing-file.ts";
import { hashFile } from "./read-file.ts";
import { parseJson } from "../parse.ts";

/** Nothing takes this long between two bytes: what is older was left by a server that was killed. */
const ABANDONED_MS = 60 * 60 * 1000;

const refSchema = z.object({
  key: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number(),
  etag: z.string().nullable(),
  /** When the upstream last said that this is what it has; milliseconds. */
  checkedAt: z.number(),
});

/** What is kept for a key. */
export type CacheRef = z.infer<typeof refSchema>;

/** Something kept, open to be read. Who gets it closes it. */
export interface Kept {
  ref: CacheRef;
  handle: FileHandle;
}

/** `add` needs these of a file that is whole. */
export interface Arrived {
  key: string;
  sha256: string;
  etag: string | null;
  checkedAt: number;
}

interface Blob {
  size: number;
  usedAt: number;
  keys: Set<string>;
  /** True once its bytes were compared with its name since the server started. */
  checked: boolean;
}

/**
 * Downloads on disk: `blobs/<sha256>` holds the bytes, `refs/<hash of the key>`
 * says whose they are. Both come into being by a rename, so that a server that
 * is killed leaves nothing half. Over its limit, what was used longest ago goes.
 */
export class DiskCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #refs = new Map<string, CacheRef>();
  readonly #blobs = new Map<string, Blob>();
  #opened: Promise<void> | null = null;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** null when nothing, or nothing whole, is kept for the key. */
  async find(key: string): Promise<Kept | null> {
    await this.#open();
    const ref = this.#refs.get(key);
    if (!ref) return null;
    const handle = await openThere(this.#blobPath(ref.sha256));
    const blob = this.#blobs.get(ref.sha256);
    if (handle && blob && (await this.#isWhole(handle, ref, blob))) {
      blob.usedAt = Date.now();
      const now = new Date(blob.usedAt);
      await utimes(this.#blobPath(ref.sha256), now, now);
      return { ref, handle };
    }
    await handle?.close();
    await this.#forget(ref.sha256);
    return null;
  }

  /** A new file for a download; `add` or its own `fail` ends it. */
  async begin(): Promise<GrowingFile> {
    await this.#open();
    return GrowingFile.create(join(this.#folder, "tmp", randomUUID()));
  }

  /** Keeps a file that is whole. */
  async add(file: GrowingFile, arrived: Arrived): Promise<CacheRef> {
    const ref = { ...arrived, size: file.size };
    await file.finish(this.#blobPath(ref.sha256));
    const keys = this.#blobs.get(ref.sha256)?.keys ?? new Set();
    this.#blobs.set(ref.sha256, { size: ref.size, usedAt: Date.now(), keys, checked: true });
    await this.#point(ref);
    await this.#makeRoom(ref.sha256);
    return ref;
  }

  /** Notes that the upstream still has what is kept. */
  async confirm(ref: CacheRef, checkedAt: number): Promise<void> {
    await this.#point({ ...ref, checkedAt });
  }

  /** Lets go of what is kept for a key. */
  async remove(key: string): Promise<void> {
    await this.#open();
    const ref = this.#refs.get(key);
    if (ref) await this.#unpoint(ref);
  }

  async #isWhole(handle: FileHandle, ref: CacheRef, blob: Blob): Promise<boolean> {
    if ((await handle.stat()).size !== ref.size) return false;
    blob.checked ||= (await hashFile(handle)) === ref.sha256;
    return blob.checked;
  }

  async #point(ref: CacheRef): Promise<void> {
    const old = this.#refs.get(ref.key);
    if (old && old.sha256 !== ref.sha256) await this.#unpoint(old);
    const temporary = join(this.#folder, "tmp", randomUUID());
    await writeFile(temporary, JSON.stringify(ref));
    await rename(temporary, this.#refPath(ref.key));
    this.#refs.set(ref.key, ref);
    this.#blobs.get(ref.sha256)?.keys.add(ref.key);
  }

  async #unpoint(ref: CacheRef): Promise<void> {
    this.#refs.delete(ref.key);
    await rm(this.#refPath(ref.key), { force: true });
    const blob = this.#blobs.get(ref.sha256);
    blob?.keys.delete(ref.key);
    if (blob?.keys.size === 0) await this.#forget(ref.sha256);
  }

  async #forget(sha256: string): Promise<void> {
    const keys = this.#blobs.get(sha256)?.keys ?? [];
    this.#blobs.delete(sha256);
    await rm(this.#blobPath(sha256), { force: true });
    for (const key of keys) {
      this.#refs.delete(key);
      await rm(this.#refPath(key), { force: true });
    }
  }

  async #makeRoom(keep: string): Promise<void> {
    let total = 0;
    for (const blob of this.#blobs.values()) total += blob.size;
    const oldest = [...this.#blobs].sort(([, one], [, other]) => one.usedAt - other.usedAt);
    for (const [sha256, { size }] of oldest) {
      if (total <= this.#maxBytes) return;
      if (sha256 === keep) continue;
      await this.#forget(sha256);
      total -= size;
    }
  }

  #open(): Promise<void> {
    // A folder that could not be read is tried again by the next request.
    this.#opened ??= this.#load().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #load(): Promise<void> {
    for (const name of ["blobs", "refs", "tmp"]) await mkdir(join(this.#folder, name), { recursive: true });
    await this.#sweep("tmp", () => true);
    for (const name of await readdir(join(this.#folder, "blobs"))) {
      const { size, mtimeMs } = await stat(join(this.#folder, "blobs", name));
      this.#blobs.set(name, { size, usedAt: mtimeMs, keys: new Set(), checked: false });
    }
    for (const name of await readdir(join(this.#folder, "refs"))) await this.#loadRef(name);
    await this.#sweep("blobs", (name) => this.#blobs.get(name)?.keys.size === 0);
  }

  async #loadRef(name: string): Promise<void> {
    const path = join(this.#folder, "refs", name);
    const ref = refSchema.safeParse(parseJson(await readFile(path, "utf8"))).data;
    const blob = ref && this.#blobs.get(ref.sha256);
    if (ref && blob?.size === ref.size && this.#refPath(ref.key) === path) {
      this.#refs.set(ref.key, ref);
      blob.keys.add(ref.key);
    } else {
      await rm(path, { force: true });
    }
  }

  /** Removes what a killed server left; another one that shares the folder may be about to name what is young. */
  async #sweep(folder: string, isLeft: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(join(this.#folder, folder))) {
      const path = join(this.#folder, folder, name);
      if (!isLeft(name) || Date.now() - (await stat(path)).mtimeMs < ABANDONED_MS) continue;
      await rm(path, { force: true });
      if (folder === "blobs") this.#blobs.delete(name);
    }
  }

  #blobPath(sha256: string): string {
    return join(this.#folder, "blobs", sha256);
  }

  #refPath(key: string): string {
    return join(this.#folder, "refs", `${createHash("sha256").update(key).digest("hex")}.json`);
  }
}

async function openThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
