import { LONGEST_TIMER_MS } from "../engine/waits.ts";

/** A timer that can stand still: while packages are downloaded a cell's time does not run. */
export class PausableTimer {
  readonly #onEnd: () => void;
  #left: number;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #pauses = 1;

  /** Begins paused. `milliseconds` may be Infinity. */
  constructor(milliseconds: number, onEnd: () => void) {
    this.#left = milliseconds;
    this.#onEnd = onEnd;
  }

  pause(): void {
    this.#pauses++;
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#left -= Date.now() - this.#since;
  }

  resume(): void {
    this.#pauses--;
    if (this.#pauses > 0 || this.#timer !== null) return;
    this.#since = Date.now();
    this.#timer = setTimeout(this.#onEnd, Math.min(Math.max(0, this.#left), LONGEST_TIMER_MS));
  }

  cancel(): void {
    this.#pauses = Infinity;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
