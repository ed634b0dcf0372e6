/** Tells listeners in this tab and, over a BroadcastChannel, in others that something changed. */
export class Announcer {
  readonly #listeners = new Set<() => void>();
  readonly #channel: BroadcastChannel;

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener("message", () => this.#tell());
  }

  announce(): void {
    this.#tell();
    this.#channel.postMessage("changed");
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
