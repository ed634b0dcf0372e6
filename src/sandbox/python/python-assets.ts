import { bytesToHex } from "@noble/hashes/utils.js";

import { OkcvmError } from "../../domain/errors.ts";
import type { BootFiles } from "./worker/boot.ts";

/** What an interpreter is started from. */
export interface PythonAssets {
  /** The Worker's code, as text of a classic script. */
  code(): Promise<string>;
  /** The files, with the memory of an earlier start where one is kept. */
  files(): Promise<BootFiles>;
  /** Pyodide's lock file, as text. */
  lock(): Promise<string>;
  /** Fonts for the scripts that Python's own packages bring none for, by file name. */
  fonts(): Promise<Record<string, ArrayBuffer>>;
  /** Keeps the memory of a fresh interpreter for the next start. */
  keepSnapshot(memory: Uint8Array<ArrayBuffer>): void;
  /** Forgets a memory that no interpreter could be started from. */
  dropSnapshot(): Promise<void>;
}

export interface PythonUrls {
  code: string;
  wasm: string;
  stdlib: string;
  lock: string;
  fonts: readonly string[];
}

const CACHE = "okcvm-python";

/** Fetches what the app's own server serves; the memory is kept in a cache of this browser's. */
export class BrowserPythonAssets implements PythonAssets {
  readonly #urls: PythonUrls;
  #code: Promise<string> | null = null;

  /** The URLs change with the files' contents. */
  constructor(urls: PythonUrls) {
    this.#urls = urls;
  }

  code(): Promise<string> {
    this.#code ??= load(this.#urls.code).then((response) => response.text());
    this.#code.catch(() => {
      this.#code = null;
    });
    return this.#code;
  }

  async files(): Promise<BootFiles> {
    const [wasm, stdlib, lock, kernel, snapshot] = await Promise.all([
      load(this.#urls.wasm).then((response) => response.arrayBuffer()),
      load(this.#urls.stdlib).then((response) => response.arrayBuffer()),
      this.lock(),
      kernelFiles(),
      this.#snapshot(),
    ]);
    return { wasm, stdlib, lock, kernel, snapshot };
  }

  async lock(): Promise<string> {
    return (await load(this.#urls.lock)).text();
  }

  async fonts(): Promise<Record<string, ArrayBuffer>> {
    const fonts = this.#urls.fonts.map(async (url) => [
      url.slice(url.lastIndexOf("/") + 1),
      await (await load(url)).arrayBuffer(),
    ]);
    return Object.fromEntries(await Promise.all(fonts)) as Record<string, ArrayBuffer>;
  }

  keepSnapshot(memory: Uint8Array<ArrayBuffer>): void {
    // Without it the next start only takes longer: a browser that keeps no caches must not fail for it.
    this.#store(memory).catch(() => {});
  }

  async dropSnapshot(): Promise<void> {
    await globalThis.caches?.delete(CACHE);
  }

  async #snapshot(): Promise<ArrayBuffer | null> {
    try {
      const cache = await caches.open(CACHE);
      const found = await cache.match(await this.#key());
      return found ? await found.arrayBuffer() : null;
    } catch {
      // A private window may refuse: then it starts from its files.
      return null;
    }
  }

  async #store(memory: Uint8Array<ArrayBuffer>): Promise<void> {
    await caches.delete(CACHE);
    const cache = await caches.open(CACHE);
    await cache.put(await this.#key(), new Response(memory));
  }

  /** Names everything that is in the memory, so that another version never starts from it. */
  async #key(): Promise<string> {
    const parts = JSON.stringify([this.#urls, await kernelFiles()]);
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts));
    return new URL(`python-memory/${bytesToHex(new Uint8Array(hash))}`, this.#urls.code).href;
  }
}

async function kernelFiles(): Promise<Record<string, string>> {
  return (await import("./kernel-files.ts")).KERNEL_FILES;
}

async function load(url: string): Promise<Response> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new OkcvmError(
      "engine-failed",
      "Python's files could not be loaded: there is no network, and they were not kept from an earlier visit. Try again with a network.",
      error,
    );
  });
  if (!response.ok)
    throw new OkcvmError(
      "engine-failed",
      `Python's files could not be loaded (status ${response.status}). Reload the page to try again.`,
    );
  return response;
}
