/** Keys that are remembered; an attacker with more of them is not held by their number. */
const MAX_KEYS = 50_000;

/** At most so many in a window, for each key apart; what was left unused is not saved up. */
export class RateLimit {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, { since: number; count: number }>();

  constructor(most: number, windowMs: number, now: () => number) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Seconds the key has to wait; 0 when it need not. */
  waitOf(key: string): number {
    const known = this.#counts.get(key);
    if (!known || known.count < this.#most) return 0;
    const left = known.since + this.#windowMs - this.#now();
    return left > 0 ? Math.ceil(left / 1000) : 0;
  }

  /** Counts one more, or as many as are given. */
  count(key: string, by = 1): void {
    const now = this.#now();
    const known = this.#counts.get(key);
    if (known && now - known.since < this.#windowMs) {
      known.count += by;
      return;
    }
    this.#counts.delete(key);
    if (this.#counts.size >= MAX_KEYS) this.#counts.delete(this.#counts.keys().next().value ?? "");
    this.#counts.set(key, { since: now, count: by });
  }

  /** Counts one if there is room. Answers 0, or the seconds to wait when there is none. */
  take(key: string): number {
    const wait = this.waitOf(key);
    if (wait === 0) this.count(key);
    return wait;
  }
}
