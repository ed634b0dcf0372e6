import {
  fromErrorValue,
  OkcvmError,
  throwIfAborted,
  toErrorValue,
  type ErrorValue,
} from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import type { SyncStatus } from "../domain/sync-status.ts";
import type { Clock } from "../ports/clock.ts";
import type { TabChannel } from "../ports/tabs.ts";

/** How long another tab may take. Milliseconds. */
const ANSWER_LIMIT_MS = 60_000;

/** What tabs with the same data say to each other. */
type Said =
  | { type: "status"; status: SyncStatus }
  | { type: "ask" }
  | { type: "sync-now"; id: string }
  | { type: "synced"; id: string; problem: ErrorValue | null }
  | { type: "account" };

export interface TabLineParts {
  channel: TabChannel;
  clock: Clock;
  /** The work of this tab; null while another does it. */
  engine(): { syncNow(): Promise<void> } | null;
  /** What this tab's work has told last. */
  status(): SyncStatus;
  /** Called with what another tab, which does the work, tells. */
  onStatus(status: SyncStatus): void;
  /** Called when another tab got an account or gave it up. */
  onAccount(): void;
}

/** The line between tabs with the same data, one of which syncs for all. */
export class TabLine {
  readonly #parts: TabLineParts;
  readonly #answers = new Map<string, (problem: ErrorValue | null) => void>();

  constructor(parts: TabLineParts) {
    this.#parts = parts;
    parts.channel.subscribe((message) => this.#hear(message as Said));
  }

  tellStatus(status: SyncStatus): void {
    this.#say({ type: "status", status });
  }

  tellAccount(): void {
    this.#say({ type: "account" });
  }

  /** Whoever does the work tells its status again. */
  ask(): void {
    this.#say({ type: "ask" });
  }

  /** Has the tab that does the work sync now. Errors: its own, `timeout`. */
  async syncNow(): Promise<void> {
    const id = newId();
    const limit = new AbortController();
    try {
      const answered = new Promise<void>((resolve, reject) =>
        this.#answers.set(id, (problem) => (problem ? reject(fromErrorValue(problem)) : resolve())),
      );
      this.#say({ type: "sync-now", id });
      await Promise.race([answered, this.#tooLong(limit.signal)]);
    } finally {
      limit.abort();
      this.#answers.delete(id);
    }
  }

  close(): void {
    this.#parts.channel.close();
  }

  async #tooLong(signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(ANSWER_LIMIT_MS, signal).catch(() => {});
    throwIfAborted(signal);
    throw new OkcvmError("timeout", "The tab that syncs does not answer. Reload this page.");
  }

  #hear(said: Said): void {
    const { engine, status, onStatus, onAccount } = this.#parts;
    switch (said.type) {
      case "status":
        if (!engine()) onStatus(said.status);
        return;
      case "ask":
        if (engine()) this.tellStatus(status());
        return;
      case "sync-now":
        void this.#syncFor(said.id);
        return;
      case "synced":
        this.#answers.get(said.id)?.(said.problem);
        return;
      default:
        onAccount();
    }
  }

  async #syncFor(id: string): Promise<void> {
    const engine = this.#parts.engine();
    if (!engine) return;
    try {
      await engine.syncNow();
      this.#say({ type: "synced", id, problem: null });
    } catch (error) {
      this.#say({ type: "synced", id, problem: toErrorValue(error) });
    }
  }

  #say(said: Said): void {
    this.#parts.channel.post(said);
  }
}
