/** Collects what comes in quick succession and hands it over once it has been quiet. */
export interface Settled<Item> {
  push: (items: readonly Item[]) => void;
  cancel: () => void;
}

/** Waits for `quietMs` of quiet, but never longer than `maxMs` from the first item on. */
export function createSettled<Item>(
  take: (items: Item[]) => void,
  { quietMs, maxMs }: { quietMs: number; maxMs: number },
): Settled<Item> {
  let waiting: Item[] = [];
  let since = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    const taken = waiting;
    waiting = [];
    take(taken);
  };
  return {
    push(items) {
      const now = Date.now();
      if (timer === undefined) since = now;
      waiting.push(...items);
      clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, Math.min(quietMs, since + maxMs - now)));
    },
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
