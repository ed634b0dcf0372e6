/** How many failures an address may have, and in how long. */
const MAX_FAILURES = 20;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; an attacker with more of them is not held by their number. */
const MAX_ADDRESSES = 50_000;

interface Failures {
  since: number;
  count: number;
}

/** Slows down whoever guesses secrets: after too many failures an address gets no answer for the rest of a minute. */
export class FailureLimit {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds the address has to wait; 0 when it need not. */
  waitOf(address: string): number {
    const failures = this.#failures.get(address);
    if (!failures || failures.count < MAX_FAILURES) return 0;
    const left = failures.since + WINDOW_MS - this.#now();
    return left > 0 ? Math.ceil(left / 1000) : 0;
  }

  failed(address: string): void {
    const now = this.#now();
    const failures = this.#failures.get(address);
    if (failures && now - failures.since < WINDOW_MS) {
      failures.count += 1;
      return;
    }
    this.#failures.delete(address);
    if (this.#failures.size >= MAX_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value ?? "");
    this.#failures.set(address, { since: now, count: 1 });
  }
}
