import type { Message } from "../domain/message.ts";
import type { Clock } from "../ports/clock.ts";

/** A draft is stored this often while it grows: what a kill of the tab can cost. Milliseconds. */
const SAVE_EVERY_MS = 250;

/**
 * Stores a growing message again and again, one save at a time, the newest
 * state each time. A save that fails is tried again.
 */
export class DraftSaver {
  readonly #save: (message: Message) => Promise<void>;
  readonly #clock: Clock;
  #latest: Message | null = null;
  #saving: Promise<void> | null = null;
  readonly #stop = new AbortController();

  constructor(save: (message: Message) => Promise<void>, clock: Clock) {
    this.#save = save;
    this.#clock = clock;
  }

  changed(message: Message): void {
    this.#latest = message;
    this.#saving ??= this.#loop();
  }

  /** Resolves when no save is under way; none begins after. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#saving;
  }

  async #loop(): Promise<void> {
    while (this.#latest && !this.#stop.signal.aborted) {
      const message = this.#latest;
      this.#latest = null;
      try {
        await this.#save(message);
      } catch {
        // Tried again with what is newest then; if storage stays broken, the
        // end of the run meets the same failure and reports it.
        this.#latest ??= message;
      }
      // Woken by stop, so that a run's end need not wait the pause out.
      await this.#clock.sleep(SAVE_EVERY_MS, this.#stop.signal).catch(() => {});
    }
    this.#saving = null;
  }
}
