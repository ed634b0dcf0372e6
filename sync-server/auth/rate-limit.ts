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

  /** Counts one. Answers 0, or the seconds to wait when there were too many. */
  take(key: string): number {
    const now = this.#now();
    const known = this.#counts.get(key);
    if (!known || now - known.since >= this.#windowMs) {
      this.#counts.delete(key);
      if (this.#counts.size >= MAX_KEYS) this.#counts.delete(this.#counts.keys().next().value ?? "");
      this.#counts.set(key, { since: now, count: 1 });
      return 0;
    }
    if (known.count >= this.#most) return Math.ceil((known.since + this.#windowMs - now) / 1000);
    known.count += 1;
    return 0;
  }
}
