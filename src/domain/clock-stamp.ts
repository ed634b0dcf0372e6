/**
 * A hybrid logical clock: stamps follow the wall clock, and are after every
 * stamp that was seen, so that a change made after another is never before it,
 * whatever the two devices' clocks say. A stamp is 16 hexadecimal digits, 12 of
 * milliseconds since 1970 UTC and 4 of a counter: their order as text is theirs
 * in time.
 */
export class StampClock {
  readonly #now: () => number;
  #last: string;

  /** `last` is the newest stamp this device has made or seen. */
  constructor(now: () => number, last = "0000000000000000") {
    this.#now = now;
    this.#last = last;
  }

  /** The next stamp of this device. */
  next(): string {
    const wall = stampAt(this.#now());
    this.#last = wall > this.#last ? wall : after(this.#last);
    return this.#last;
  }

  /** Takes note of another device's stamp. */
  see(stamp: string): void {
    if (stamp > this.#last) this.#last = stamp;
  }
}

export const CLOCK_STAMP = /^[0-9a-f]{16}$/;

/** How far ahead of the server's clock a stamp may be. Milliseconds. */
export const MAX_SKEW_MS = 5 * 60_000;

/** The first stamp of a millisecond. */
export function stampAt(milliseconds: number): string {
  return `${Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, "0")}0000`;
}

/** Milliseconds since 1970 UTC. */
export function millisecondsOf(stamp: string): number {
  return Number.parseInt(stamp.slice(0, 12), 16);
}

function after(stamp: string): string {
  const counter = Number.parseInt(stamp.slice(12), 16) + 1;
  if (counter > 0xffff) return stampAt(millisecondsOf(stamp) + 1);
  return stamp.slice(0, 12) + counter.toString(16).padStart(4, "0");
}
