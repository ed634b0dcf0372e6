import * as z from "zod/mini";

import type { Clock } from "../ports/clock.ts";
import { pauseAfter } from "./backoff.ts";
import { readEvents, type ServerEvent } from "./event-stream.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";
import { Wake } from "./wake.ts";

/** The server says something at least every 20 s; a line that is silent for longer is dead. Milliseconds. */
const SILENCE_MS = 50_000;
const LONGEST_PAUSE_MS = 30_000;

const headsEvent = z.record(z.string(), z.number());
const changedEvent = z.object({ space: z.string(), headSeq: z.number() });

export interface NoticeListener {
  /** All spaces and their newest numbers: after each connection, and when the spaces are others. */
  onHeads(heads: ReadonlyMap<string, number>): void;
  onChanged(space: string, head: number): void;
  /** The line broke, or could not be opened. */
  onBroken(): void;
}

/** Listens to what the server tells unasked, and connects again when the line breaks. */
export class LiveNotice {
  readonly #api: ServerApi;
  readonly #clock: Clock;
  readonly #listener: NoticeListener;
  readonly #wake = new Wake();

  constructor(api: ServerApi, clock: Clock, listener: NoticeListener) {
    this.#api = api;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Connects at once if it is waiting to. */
  retry(): void {
    this.#wake.now();
  }

  /** Runs until the signal fires or the device is signed out. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let refused = false;
      try {
        await this.#listen(signal, () => (failures = 0));
      } catch (error) {
        // The engine's next round meets the same failure and says so; here it is only tried again.
        refused = error instanceof ServerRefusal && error.status === 401;
      }
      if (!signal.aborted) this.#listener.onBroken();
      if (refused) return;
      failures += 1;
      const pause = pauseAfter(failures, LONGEST_PAUSE_MS);
      if (!signal.aborted) await this.#wake.wait(pause, this.#clock, signal);
    }
  }

  async #listen(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const line = new AbortController();
    let heard = true;
    const watch = async (): Promise<void> => {
      while (heard) {
        heard = false;
        await this.#clock.sleep(SILENCE_MS, AbortSignal.any([signal, line.signal]));
      }
      line.abort();
    };
    watch().catch(() => {
      // The line ended before the watch did.
    });
    try {
      const body = await this.#api.events(AbortSignal.any([signal, line.signal]));
      onOpen();
      for await (const event of readEvents(body, () => (heard = true))) this.#take(event);
    } finally {
      line.abort();
    }
  }

  #take({ name, data }: ServerEvent): void {
    const json: unknown = JSON.parse(data);
    if (name === "heads") {
      const heads = headsEvent.safeParse(json).data;
      if (heads) this.#listener.onHeads(new Map(Object.entries(heads)));
    } else if (name === "changed") {
      const changed = changedEvent.safeParse(json).data;
      if (changed) this.#listener.onChanged(changed.space, changed.headSeq);
    }
  }
}
