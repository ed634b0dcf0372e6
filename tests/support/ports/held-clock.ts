import { OkcvmError } from "../../../src/domain/errors.ts";
import type { Clock } from "../../../src/ports/clock.ts";

interface Sleeper {
  until: number;
  wake(): void;
}

/** Time that stands still until a test moves it. */
export class HeldClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[] = [];

  constructor(start = Date.UTC(2026, 0, 15, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      const stopped = (): void => {
        this.#sleepers.delete(sleeper);
        reject(new OkcvmError("aborted", "Stopped."));
      };
      const sleeper: Sleeper = {
        until: this.#now + ms,
        wake: () => {
          signal?.removeEventListener("abort", stopped);
          resolve();
        },
      };
      if (signal?.aborted) return stopped();
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", stopped, { once: true });
    });
  }

  /** Sleepers that wait. */
  get waiting(): number {
    return this.#sleepers.size;
  }

  /** Moves time on and wakes who is due, in order of their times. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = [...this.#sleepers]
      .filter((one) => one.until <= this.#now)
      .toSorted((a, b) => a.until - b.until);
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settle();
  }
}

/** Lets everything that can run without time passing run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
}
