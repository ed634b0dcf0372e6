/** How long a queue waits for a frame: a hidden tab draws none. */
const MAX_WAIT_MS = 200;

export interface FrameQueue<Item> {
  push(item: Item): void;
  /** Hands over what waits, now. */
  flush(): void;
  /** Forgets what waits. */
  clear(): void;
}

/** Collects items and hands them over once per animation frame, so that a fast stream costs one update a frame. */
export function createFrameQueue<Item>(take: (items: Item[]) => void): FrameQueue<Item> {
  let items: Item[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = undefined;
  };
  const flush = (): void => {
    cancel();
    const taken = items;
    items = [];
    if (taken.length > 0) take(taken);
  };
  return {
    push(item) {
      items.push(item);
      if (timer !== undefined) return;
      frame = requestAnimationFrame(flush);
      timer = setTimeout(flush, MAX_WAIT_MS);
    },
    flush,
    clear() {
      cancel();
      items = [];
    },
  };
}
