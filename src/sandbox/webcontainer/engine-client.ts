import type { WebContainer } from "@webcontainer/api";

import type * as ClientModule from "./client.ts";
import { wholeCharacters } from "./whole-characters.ts";

type Library = typeof ClientModule;

/** Where a WebContainer's host is, and as whom it is asked. */
export interface EngineAddress {
  /** The host's origin, such as https://stackblitz.com. */
  origin: string;
  /** null: none is sent. */
  apiKey: string | null;
}

/** The folder name of the engine's working directory. */
const WORKDIR = "okcvm";

/** How long a teardown may take before the library's copy is given up. Milliseconds. */
const TEARDOWN_MS = 5_000;

let loaded = 0;

/**
 * One copy of the library. It keeps its host, its address and its key for good,
 * and cannot boot again once its host has died; so another address or a loss
 * needs another copy, which is the same module under another query.
 */
export class EngineClient {
  readonly address: EngineAddress;
  readonly #library: Library;
  readonly #listening = new AbortController();
  #usable = true;
  #greeted = false;

  private constructor(library: Library, address: EngineAddress) {
    this.#library = library;
    this.address = address;
    const onMessage = (event: MessageEvent): void => {
      if (event.origin === address.origin && (event.data as { type?: unknown }).type === "init")
        this.#greeted = true;
    };
    window.addEventListener("message", onMessage, { signal: this.#listening.signal });
  }

  static async load(address: EngineAddress): Promise<EngineClient> {
    const first = await import("./client.ts");
    loaded++;
    const library =
      loaded === 1
        ? first
        : ((await import(/* @vite-ignore */ `${first.moduleUrl}?copy=${loaded}`)) as Library);
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: address.origin });
    if (address.apiKey !== null) library.configureAPIKey(address.apiKey);
    return new EngineClient(library, address);
  }

  /** False when this copy cannot boot again. */
  get usable(): boolean {
    return this.#usable;
  }

  /** The host's page has come; a boot that is still open then cannot be helped by loading the page again. */
  get greeted(): boolean {
    return this.#greeted;
  }

  /** Does not settle while the host does not answer. */
  async boot(): Promise<WebContainer> {
    const instance = await this.#library.WebContainer.boot({
      coep: "require-corp",
      workdirName: WORKDIR,
      forwardPreviewErrors: true,
    });
    return wholeCharacters(instance);
  }

  /** Asks the host once more: a frame that failed to load stays failed, and its boot stays open. */
  reload(): void {
    for (const frame of this.#frames()) frame.src = frame.getAttribute("src") ?? frame.src;
  }

  async teardown(instance: WebContainer): Promise<void> {
    instance.teardown();
    // The next boot waits for this, and would wait for ever on a host that is gone.
    const { _teardownPromise: over } = this.#library.WebContainer as unknown as {
      _teardownPromise?: Promise<void> | null;
    };
    const outcome = await Promise.race([
      Promise.resolve(over).then(
        () => "over",
        () => "failed",
      ),
      new Promise<string>((resolve) => setTimeout(() => resolve("late"), TEARDOWN_MS)),
    ]);
    if (outcome !== "over") this.discard();
  }

  /** Takes the host's frame away, with all that runs in it. */
  discard(): void {
    this.#usable = false;
    this.#listening.abort();
    for (const frame of this.#frames()) frame.remove();
  }

  #frames(): HTMLIFrameElement[] {
    return [...document.querySelectorAll("iframe")].filter((frame) =>
      frame.src.startsWith(`${this.address.origin}/headless?`),
    );
  }
}
