import type { CellRequest, CellResult, Python } from "../../ports/python.ts";
import type { EngineState } from "../../ports/sandbox.ts";

/** A Python whose code is loaded with its first use: the page's first screen does without it. */
export class LazyPython implements Python {
  readonly #load: () => Promise<Python>;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #loading: Promise<Python> | null = null;
  #loaded: Python | null = null;

  constructor(load: () => Promise<Python>) {
    this.#load = load;
  }

  get state(): EngineState {
    return this.#loaded?.state ?? "absent";
  }

  warm(): void {
    // A failure is told by the first cell.
    this.#get().then(
      (python) => python.warm(),
      () => {},
    );
  }

  async run(request: CellRequest): Promise<CellResult> {
    return (await this.#get()).run(request);
  }

  async restart(): Promise<void> {
    return (await this.#get()).restart();
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    const python = await this.#loading?.catch(() => null);
    await python?.close();
  }

  #get(): Promise<Python> {
    this.#loading ??= this.#load().then((python) => {
      this.#loaded = python;
      python.subscribe((state) => {
        for (const listener of this.#listeners) listener(state);
      });
      return python;
    });
    this.#loading.catch(() => {
      this.#loading = null;
    });
    return this.#loading;
  }
}
