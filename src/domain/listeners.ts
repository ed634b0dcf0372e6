/** Who hears of something. A listener's mistake is its own: it is reported, and the others hear all the same. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Answers how to stop. */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(value: T): void {
    for (const listener of this.#all) {
      try {
        listener(value);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
