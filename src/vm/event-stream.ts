/** A list of values that grows, read by any number of async iterables, each from the start. */
export class EventStream<T> {
  readonly #values: T[] = [];
  #ended = false;
  #wake: (() => void)[] = [];

  push(value: T): void {
    this.#values.push(value);
    this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (let at = 0; ; at++) {
      while (at >= this.#values.length) {
        if (this.#ended) return;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      yield this.#values[at] as T;
    }
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
