/** A timer set for longer fires at once. Milliseconds. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves with null when the signal fires, or at once when it has; never without one. */
export function whenAborted(signal: AbortSignal | undefined): Promise<null> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(null);
    signal?.addEventListener("abort", () => resolve(null), { once: true });
  });
}

/** null when it takes longer than so many milliseconds. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
