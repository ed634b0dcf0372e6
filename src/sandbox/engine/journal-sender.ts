import type { Change } from "../../domain/changes.ts";

/** While a command runs, changes go out this often: what a kill can cost. Milliseconds. */
const FLUSH_EVERY_MS = 50;

/**
 * Gathers a command's changes and sends them in order: as it goes on, since a
 * command may be killed at any moment, and all of it before its end is told.
 */
export class JournalSender {
  readonly #send: (changes: Change[]) => Promise<unknown>;
  #pending: Change[] = [];
  #lastFlush = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sent: Promise<unknown>[] = [];

  constructor(send: (changes: Change[]) => Promise<unknown>) {
    this.#send = send;
  }

  add(change: Change): void {
    const last = this.#pending.at(-1);
    // A file written in pieces is sent once.
    if (change.kind === "write" && last?.kind === "write" && last.path === change.path) this.#pending.pop();
    this.#pending.push(change);
    // A busy command never lets a timer fire, so the clock is looked at here;
    // one that waits makes no change to look at it with, so there is a timer too.
    if (Date.now() - this.#lastFlush >= FLUSH_EVERY_MS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_EVERY_MS);
  }

  /** Resolves when every change is durable; rejects when one could not be kept. */
  async settle(): Promise<void> {
    this.flush();
    const sent = this.#sent;
    this.#sent = [];
    await Promise.all(sent);
  }

  /** Sends what is there now; what is sent later arrives later. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastFlush = Date.now();
    if (this.#pending.length === 0) return;
    const sending = this.#send(this.#pending);
    this.#pending = [];
    // The failure is thrown by settle; until then it must not count as unhandled.
    sending.catch(() => {});
    this.#sent.push(sending);
  }
}
