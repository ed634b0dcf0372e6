import { createHash } from "node:crypto";
import { errorFacts, type Log } from "../log.ts";
import { onDisk } from "./cache-error.ts";
import type { CacheRef, DiskCache } from "./disk-cache.ts";
import { INDEX_TYPE, rewriteIndexPage } from "./index-page.ts";
import type { PackageHosts } from "./package-paths.ts";
import { callUpstream, UpstreamStatus, type Upstream } from "./upstream.ts";

const FRESH_MS = 10 * 60 * 1000;

/** What the index says of a package, rewritten. */
export interface IndexPage {
  text: string;
  etag: string;
  /** True when the index could not be asked and this is what it said before. */
  stale: boolean;
}

export interface IndexPagesParts {
  cache: DiskCache;
  upstream: Upstream;
  hosts: PackageHosts;
  log: Log;
}

/** The index answered with something that is no PEP 691 page. */
export class NotAnIndex extends Error {}

interface KeptPage {
  ref: CacheRef;
  text: string;
}

/** Pages of the index: kept for ten minutes, then asked for again, and kept longer when the index does not answer. */
export class IndexPages {
  readonly #parts: IndexPagesParts;
  readonly #running = new Map<string, Promise<IndexPage>>();

  constructor(parts: IndexPagesParts) {
    this.#parts = parts;
  }

  /** Errors: UpstreamStatus, NotAnIndex, CacheError, GuardError, the network's own. */
  async read(url: URL, again: boolean): Promise<IndexPage> {
    const running = this.#running.get(url.href);
    if (running) return running;
    const page = this.#read(url, again).finally(() => this.#running.delete(url.href));
    this.#running.set(url.href, page);
    return page;
  }

  async #read(url: URL, again: boolean): Promise<IndexPage> {
    const kept = await onDisk(this.#kept(url));
    if (kept && !again && Date.now() - kept.ref.checkedAt < FRESH_MS) return pageOf(kept.text, false);
    try {
      return pageOf(await this.#ask(url, kept), false);
    } catch (error) {
      if (!kept || isGone(error)) throw error;
      this.#parts.log.warn({ route: "package index", ...errorFacts(error) }, "an old index page was served");
      return pageOf(kept.text, true);
    }
  }

  async #ask(url: URL, kept: KeptPage | null): Promise<string> {
    const { cache, hosts, upstream } = this.#parts;
    const etag = kept?.ref.etag;
    const condition = etag ? { "if-none-match": etag } : {};
    const headers = { accept: INDEX_TYPE, "accept-encoding": "gzip, br", ...condition };
    const reply = await callUpstream(url, headers, upstream).catch(async (error: unknown) => {
      if (isGone(error)) await onDisk(cache.remove(this.#key(url)));
      throw error;
    });
    if (reply.status === 304 && kept) {
      await reply.body.cancel();
      await onDisk(cache.confirm(kept.ref, Date.now()));
      return kept.text;
    }
    const page = rewriteIndexPage(await new Response(reply.body).text(), reply.url, hosts);
    if (page === null) throw new NotAnIndex();
    await onDisk(this.#keep(url, page, reply.headers.get("etag")));
    return page;
  }

  async #kept(url: URL): Promise<KeptPage | null> {
    const kept = await this.#parts.cache.find(this.#key(url));
    if (!kept) return null;
    try {
      return { ref: kept.ref, text: await kept.handle.readFile("utf8") };
    } finally {
      await kept.handle.close();
    }
  }

  async #keep(url: URL, page: string, etag: string | null): Promise<void> {
    const file = await this.#parts.cache.begin();
    try {
      await file.append(Buffer.from(page));
      const arrived = { key: this.#key(url), sha256: sha256(page), etag, checkedAt: Date.now() };
      await this.#parts.cache.add(file, arrived);
    } catch (error) {
      await file.fail(error);
      throw error;
    }
  }

  /** What is kept is rewritten, so it holds for these hosts only. */
  #key(url: URL): string {
    return `${url.href} ${[...this.#parts.hosts.fileOrigins.values()].join(" ")}`;
  }
}

function pageOf(text: string, stale: boolean): IndexPage {
  return { text, etag: `"${sha256(text).slice(0, 32)}"`, stale };
}

function isGone(error: unknown): boolean {
  return error instanceof UpstreamStatus && (error.status === 404 || error.status === 410);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
