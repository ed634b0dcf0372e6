import type { Clock } from "../ports/clock.ts";

/** A sleep that can be cut short. A wake-up of before the sleep counts too. */
export class Wake {
  #asked = false;
  #wake: AbortController | null = null;

  now(): void {
    this.#asked = true;
    this.#wake?.abort();
  }

  /** Resolves when woken, when the time is over, or when the signal fires. */
  async wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (!this.#asked) {
      const wake = new AbortController();
      this.#wake = wake;
      // However it ends, the caller looks again at what there is to do.
      await clock.sleep(ms, AbortSignal.any([signal, wake.signal])).catch(() => {});
      this.#wake = null;
    }
    this.#asked = false;
  }
}
