import type { EngineState } from "../../ports/sandbox.ts";

interface Engine {
  readonly state: EngineState;
  warm(): void;
  subscribe(listener: (state: EngineState) => void): () => void;
  close(): Promise<void>;
}

/** An engine whose code comes after the page's first screen, which does without it. A load that fails is tried again. */
export class LazyEngine<T extends Engine> {
  readonly #load: () => Promise<T>;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #loading: Promise<T> | null = null;
  #loaded: T | null = null;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  get state(): EngineState {
    return this.#loaded?.state ?? "absent";
  }

  /** Starts it ahead of its first use, which tells a failure. */
  warm(): void {
    this.loading().then(
      (engine) => engine.warm(),
      () => {},
    );
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    const engine = await this.#loading?.catch(() => null);
    await engine?.close();
  }

  /** null until its code is here. */
  protected get loaded(): T | null {
    return this.#loaded;
  }

  protected loading(): Promise<T> {
    this.#loading ??= this.#load().then((engine) => {
      const tell = (state: EngineState): void => {
        for (const listener of this.#listeners) listener(state);
      };
      this.#loaded = engine;
      engine.subscribe(tell);
      tell(engine.state);
      return engine;
    });
    this.#loading.catch(() => {
      this.#loading = null;
    });
    return this.#loading;
  }
}
