/** Ids by date, the newest first. */
export class DateHeap {
  readonly #items: { oid: string; date: number }[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The newest date; -Infinity when empty. */
  get newest(): number {
    return this.#items[0]?.date ?? Number.NEGATIVE_INFINITY;
  }

  push(oid: string, date: number): void {
    const items = this.#items;
    let at = items.push({ oid, date }) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#dateAt(up) >= date) break;
      this.#swap(at, up);
      at = up;
    }
  }

  pop(): string | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (!first || !last || items.length === 0) return first?.oid;
    items[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const larger = this.#dateAt(left + 1) > this.#dateAt(left) ? left + 1 : left;
      if (this.#dateAt(larger) <= this.#dateAt(at)) break;
      this.#swap(at, larger);
      at = larger;
    }
    return first.oid;
  }

  #dateAt(at: number): number {
    return this.#items[at]?.date ?? Number.NEGATIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one && other) [this.#items[a], this.#items[b]] = [other, one];
  }
}
