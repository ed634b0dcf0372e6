import { toErrorValue } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Workspace } from "../ports/workspace.ts";
import { pauseAfter } from "./backoff.ts";
import { FilesExchange, type FilesExchangeParts } from "./files-exchange.ts";
import { Wake } from "./wake.ts";

/** Looked at this often even when nothing was told. Milliseconds. */
const LOOK_AGAIN_MS = 60_000;

interface Failed {
  count: number;
  /** When it is tried again. Milliseconds since 1970 UTC. */
  again: number;
}

export interface FilesKeeperParts extends Pick<FilesExchangeParts, "store" | "api" | "pull"> {
  clock: Clock;
  /** Opens a conversation's files; null when a tab has them open. */
  openWorkspace(conversationId: string): Promise<Workspace | null>;
  /** True for a conversation that is open in this tab and shared from there. */
  isShared(conversationId: string): boolean;
  report(error: unknown): void;
}

/** Pushes files of conversations that are not open: of before the account was made, or of a tab that was closed too soon, or died. */
export class FilesKeeper {
  readonly #parts: FilesKeeperParts;
  readonly #wake = new Wake();
  /** By conversation. */
  readonly #failed = new Map<string, Failed>();

  constructor(parts: FilesKeeperParts) {
    this.#parts = parts;
  }

  /** Runs until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    const stops = [
      store.subscribe(() => this.#wake.now()),
      // What just came may be what was missing.
      store.subscribeArrivals((spaces) => {
        if (spaces.filter((id) => this.#failed.delete(id)).length > 0) this.#wake.now();
      }),
    ];
    try {
      while (!signal.aborted) {
        await this.#keepAll(signal);
        await this.#wake.wait(this.#pause(), this.#parts.clock, signal);
      }
    } finally {
      for (const stop of stops) stop();
    }
  }

  /** A conversation was closed: what of it has not gone out does so from here. */
  closed(conversationId: string): void {
    this.#failed.delete(conversationId);
    this.#wake.now();
  }

  /** The server may be there again. */
  retry(): void {
    this.#failed.clear();
    this.#wake.now();
  }

  #pause(): number {
    const now = this.#parts.clock.now();
    const waits = [...this.#failed.values()].map(({ again }) => Math.max(0, again - now));
    return Math.min(LOOK_AGAIN_MS, ...waits);
  }

  #onFailure(id: string): void {
    const count = (this.#failed.get(id)?.count ?? 0) + 1;
    this.#failed.set(id, { count, again: this.#parts.clock.now() + pauseAfter(count) });
  }

  async #keepAll(signal: AbortSignal): Promise<void> {
    const { store, clock, isShared, report } = this.#parts;
    const waiting = new Set([...(await store.filesWaiting()), ...(await store.filesOpen())]);
    // What another tab has seen to is not waited for.
    for (const id of this.#failed.keys()) if (!waiting.has(id)) this.#failed.delete(id);
    for (const id of waiting) {
      if (signal.aborted) return;
      if (isShared(id)) this.#failed.delete(id);
      if (isShared(id) || (this.#failed.get(id)?.again ?? 0) > clock.now()) continue;
      try {
        if (await this.#keepOne(id, signal)) this.#failed.delete(id);
        else this.#onFailure(id);
      } catch (error) {
        this.#onFailure(id);
        // The engine tells of the network's failures; here the next round tries again.
        if (toErrorValue(error).code === "internal") report(error);
      }
    }
  }

  /** False when it is to be tried again: it is open somewhere, or another browser was faster. */
  async #keepOne(conversationId: string, signal: AbortSignal): Promise<boolean> {
    const { store, api, pull } = this.#parts;
    const workspace = await this.#parts.openWorkspace(conversationId);
    if (!workspace) return false;
    try {
      await workspace.snapshotIfChanged("Your edits", { kind: "edits" });
      const share = { conversationId, workspace, running: () => false, onMerged: () => {} };
      const whole = await new FilesExchange({ ...share, store, api, pull }, signal).run();
      if (whole) {
        await store.setFilesWaiting(conversationId, false);
        await store.setFilesOpen(conversationId, false);
      }
      return whole;
    } finally {
      await workspace.close();
    }
  }
}
