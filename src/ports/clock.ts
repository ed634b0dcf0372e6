/** Time, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Resolves after `ms`; rejects with `aborted` when the signal fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
