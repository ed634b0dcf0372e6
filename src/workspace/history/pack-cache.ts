type PackData = Uint8Array<ArrayBuffer> | Blob;

/** Bytes of packs held in memory. Blobs cost nothing. */
const LIMIT = 32 * 1024 * 1024;

/** Packs read lately. Reading many files reads the same few packs again and again. */
export class PackCache {
  readonly #load: (id: string) => Promise<PackData>;
  readonly #packs = new Map<string, Promise<PackData>>();
  readonly #sizes = new Map<string, number>();
  #size = 0;

  constructor(load: (id: string) => Promise<PackData>) {
    this.#load = load;
  }

  get(id: string): Promise<PackData> {
    const known = this.#packs.get(id);
    if (known) {
      // The order of a Map is that of putting in: the first is the one unused for longest.
      this.#packs.delete(id);
      this.#packs.set(id, known);
      return known;
    }
    const loading = this.#load(id);
    this.#packs.set(id, loading);
    loading.then(
      (data) => this.#count(id, data),
      () => this.drop(id),
    );
    return loading;
  }

  put(id: string, data: PackData): void {
    this.drop(id);
    this.#packs.set(id, Promise.resolve(data));
    this.#count(id, data);
  }

  drop(id: string): void {
    this.#packs.delete(id);
    this.#size -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
  }

  #count(id: string, data: PackData): void {
    if (!this.#packs.has(id) || this.#sizes.has(id)) return;
    const size = data instanceof Blob ? 0 : data.length;
    this.#sizes.set(id, size);
    this.#size += size;
    for (const oldest of this.#packs.keys()) {
      if (this.#size <= LIMIT || oldest === id) return;
      this.drop(oldest);
    }
  }
}
