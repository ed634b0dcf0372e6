/** Tells listeners in this tab and, over a BroadcastChannel, in others that something changed. */
export class Announcer<T = void> {
  readonly #listeners = new Set<(what: T) => void>();
  readonly #channel: BroadcastChannel;

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener("message", (event: MessageEvent<T>) => this.#tell(event.data));
  }

  /** `what` must be a value that can be cloned. */
  announce(what: T): void {
    this.#tell(what);
    this.#channel.postMessage(what);
  }

  subscribe(listener: (what: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(what: T): void {
    for (const listener of this.#listeners) listener(what);
  }
}
