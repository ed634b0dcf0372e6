import { readItemId } from "../domain/sync-items.ts";
import type { PulledItem } from "../domain/sync-protocol.ts";
import type { ArrivedChange, SyncStore } from "../ports/sync-store.ts";
import { wholeBodies } from "./large-bodies.ts";
import { readBody } from "./item-bodies.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";

/** Brings changes of spaces here. */
export class Puller {
  readonly #store: SyncStore;
  readonly #api: ServerApi;

  constructor(store: SyncStore, api: ServerApi) {
    this.#store = store;
    this.#api = api;
  }

  /** Pulls a space to its end, from where it was pulled last. `head`: the newest number known of. */
  async pull(space: string, head: number, signal: AbortSignal): Promise<void> {
    let cursor = (await this.#store.space(space))?.cursor ?? null;
    let reached = head;
    for (;;) {
      signal.throwIfAborted();
      const reply = await this.#pullOne(space, cursor);
      if (!reply) return this.#pullAnew(space, head, signal);
      reached = Math.max(reached, ...reply.items.map(({ seq }) => seq));
      const next = { cursor: reply.cursor, end: !reply.more, head: reached };
      const items = await wholeBodies(this.#api, space, reply.items);
      await this.#store.apply(space, arrivedOf(space, items), next);
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
    const has = new Set<string>();
    let cursor: string | null = null;
    // Its branches may be where they were, too.
    await this.#store.resetFiles(space);
    for (;;) {
      signal.throwIfAborted();
      const reply = await this.#api.pull(space, cursor);
      for (const item of reply.items) if (item.class === "add") has.add(item.id);
      const changes = arrivedOf(space, await wholeBodies(this.#api, space, reply.items));
      if (reply.more) await this.#store.apply(space, changes);
      else {
        // The cursor moves last: stopped before, it is all done again.
        await this.#store.repush(space, has);
        await this.#store.apply(space, changes, { cursor: reply.cursor, end: true, head });
        return;
      }
      cursor = reply.cursor;
    }
  }
}

/** Items as changes of this browser's data; what a later version knows and this does not is left out. */
export function arrivedOf(space: string, items: readonly PulledItem[]): ArrivedChange[] {
  return items.flatMap(({ id, seq, stamp, device, body }): ArrivedChange[] => {
    const item = readItemId(id);
    if (!item) return [];
    if (body === null) return [{ item, seq, stamp, device, value: null }];
    const value = readBody(space, item, body);
    return value ? [{ item, seq, stamp, device, value }] : [];
  });
}
