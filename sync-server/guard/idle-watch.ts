/** A timer for a peer that may take its time as long as something moves. */
export interface IdleWatch {
  /** From now on, `ms` of silence are too long. */
  start(ms: number): void;
  /** Nothing is expected of the peer for now. */
  rest(): void;
}

export function idleWatch(onIdle: () => void): IdleWatch {
  let timer: NodeJS.Timeout | undefined;
  return {
    start(ms) {
      clearTimeout(timer);
      timer = setTimeout(onIdle, ms);
    },
    rest: () => clearTimeout(timer),
  };
}
