import type { TabChannel, Tabs } from "../../../src/ports/tabs.ts";

type Listener = (message: unknown) => void;

/** Tabs that hear each other as over a BroadcastChannel: copies, in order, later, and never oneself. */
export class MemoryTabs implements Tabs {
  #deaf = false;
  readonly #turns = new Map<string, Promise<void>>();
  readonly #channels = new Map<string, Set<Set<Listener>>>();

  /** What is said from now on is heard by nobody, until `deafen(false)`. */
  deafen(deaf = true): void {
    this.#deaf = deaf;
  }

  async alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const turn = before.then(async () => {
      if (!signal.aborted) await work();
    });
    this.#turns.set(
      name,
      turn.catch(() => {}),
    );
    return turn;
  }

  channel(name: string): TabChannel {
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all);
    const own = new Set<Listener>();
    all.add(own);
    return {
      post: (message) => {
        const copy = structuredClone(message);
        if (this.#deaf) return;
        setImmediate(() => {
          for (const listeners of all) {
            if (listeners !== own) for (const listener of listeners) listener(copy);
          }
        });
      },
      subscribe: (listener) => {
        own.add(listener);
        return () => own.delete(listener);
      },
      close: () => {
        all.delete(own);
        own.clear();
      },
    };
  }
}
