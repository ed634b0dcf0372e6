import type { EngineState } from "../../ports/sandbox.ts";

/** Where an engine stands, and who wants to know. */
export class EngineStatus {
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = "absent";

  get state(): EngineState {
    return this.#state;
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells those who listen when it is another. */
  set(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.tell();
  }

  /** Tells those who listen, as when something besides the state is another. */
  tell(): void {
    for (const listener of this.#listeners) listener(this.#state);
  }
}
