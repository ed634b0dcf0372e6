import { createHash } from "node:crypto";
import type { GuardedReply } from "../guard/guarded-fetch.ts";
import { errorFacts, type Log } from "../log.ts";
import { onDisk } from "./cache-error.ts";
import type { DiskCache } from "./disk-cache.ts";
import type { GrowingFile } from "./growing-file.ts";
import { streamFile } from "./read-file.ts";
import { callUpstream, type Upstream } from "./upstream.ts";

/** A file on its way to a client. */
export interface PackageFile {
  /** Bytes; null when the upstream did not say. */
  size: number | null;
  body: ReadableStream<Uint8Array>;
}

export interface PackageFilesParts {
  cache: DiskCache;
  upstream: Upstream;
  log: Log;
}

interface Download {
  file: GrowingFile;
  size: number | null;
}

/** An upstream's reply that does not say where it ends: nobody could tell a cut one from a whole one. */
export class UnframedReply extends Error {}

/**
 * Files that never change at their address: from the disk, or from the
 * upstream onto the disk and to every client that asks meanwhile.
 */
export class PackageFiles {
  readonly #parts: PackageFilesParts;
  readonly #running = new Map<string, Promise<Download>>();

  constructor(parts: PackageFilesParts) {
    this.#parts = parts;
  }

  /**
   * `again` fetches it anew, whatever is kept.
   * Errors: UpstreamStatus, UnframedReply, CacheError, GuardError, the network's own.
   */
  async open(url: URL, again: boolean): Promise<PackageFile> {
    const kept = again ? null : await onDisk(this.#parts.cache.find(url.href));
    if (kept) return { size: kept.ref.size, body: streamFile(kept.handle) };
    const { file, size } = await (this.#running.get(url.href) ?? this.#start(url));
    return { size, body: file.read() };
  }

  #start(url: URL): Promise<Download> {
    const download = this.#begin(url);
    this.#running.set(url.href, download);
    download.catch(() => this.#running.delete(url.href));
    return download;
  }

  async #begin(url: URL): Promise<Download> {
    const { cache, upstream } = this.#parts;
    const reply = await callUpstream(url, { accept: "*/*", "accept-encoding": "identity" }, upstream);
    const length = reply.headers.get("content-length");
    if (length === null && !reply.headers.has("transfer-encoding")) {
      await reply.body.cancel();
      throw new UnframedReply();
    }
    const file = await onDisk(cache.begin()).catch(async (error: unknown) => {
      await reply.body.cancel();
      throw error;
    });
    const release = file.hold();
    void this.#receive(url, reply, file).finally(() => {
      this.#running.delete(url.href);
      // Whoever found the download a moment ago is still on the way to reading it.
      setImmediate(() => void release());
    });
    return { file, size: length === null || reply.headers.has("content-encoding") ? null : Number(length) };
  }

  async #receive(url: URL, reply: GuardedReply, file: GrowingFile): Promise<void> {
    const hash = createHash("sha256");
    try {
      for await (const chunk of reply.body) {
        hash.update(chunk);
        await file.append(chunk);
      }
      const sha256 = hash.digest("hex");
      await this.#parts.cache.add(file, { key: url.href, sha256, etag: null, checkedAt: Date.now() });
    } catch (error) {
      this.#parts.log.warn({ route: "package", ...errorFacts(error) }, "a download was not kept");
      await file.fail(error);
    }
  }
}
