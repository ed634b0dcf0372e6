import type { SyncStore } from "../ports/sync-store.ts";
import type { RemoteSpaces } from "./remote-spaces.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";

/** Brings changes of spaces here. */
export class Puller {
  readonly #store: SyncStore;
  readonly #api: ServerApi;
  readonly #spaces: RemoteSpaces;

  constructor(store: SyncStore, api: ServerApi, spaces: RemoteSpaces) {
    this.#store = store;
    this.#api = api;
    this.#spaces = spaces;
  }

  /** Pulls a space to its end, from where it was pulled last. `head`: the newest number known of. */
  async pull(space: string, head: number, signal: AbortSignal): Promise<void> {
    const remote = await this.#spaces.open(space);
    let cursor = (await this.#store.space(space))?.cursor ?? null;
    let reached = head;
    for (;;) {
      signal.throwIfAborted();
      const reply = await this.#pullOne(space, cursor);
      if (!reply) return this.#pullAnew(space, head, signal);
      reached = Math.max(reached, ...reply.items.map(({ seq }) => seq));
      const next = { cursor: reply.cursor, end: !reply.more, head: reached };
      await this.#store.apply(space, await remote.arrived(reply.items), next);
      if (!reply.more) return;
      cursor = reply.cursor;
    }
  }

  /** null when the cursor is of before the server was set back. */
  async #pullOne(space: string, cursor: string | null) {
    try {
      return await this.#api.pull(space, cursor);
    } catch (error) {
      if (error instanceof ServerRefusal && error.status === 410) return null;
      throw error;
    }
  }

  /** From the beginning, and what the server lacks is listed to be pushed: it was set back to an earlier time. */
  async #pullAnew(space: string, head: number, signal: AbortSignal): Promise<void> {
    const remote = await this.#spaces.open(space);
    const has = new Set<string>();
    let cursor: string | null = null;
    await this.#store.saveSpace(space, { unopened: [] });
    // Its branches may be where they were, too.
    await this.#store.resetFiles(space);
    for (;;) {
      signal.throwIfAborted();
      const reply = await this.#api.pull(space, cursor);
      for (const item of reply.items) if (item.class === "add") has.add(item.id);
      const arrived = await remote.arrived(reply.items);
      if (reply.more) await this.#store.apply(space, arrived);
      else {
        // The cursor moves last: stopped before, it is all done again.
        await this.#store.repush(space, has);
        await this.#store.apply(space, arrived, { cursor: reply.cursor, end: true, head });
        return;
      }
      cursor = reply.cursor;
    }
  }
}
