const FIRST_PAUSE_MS = 1_000;

/** How long to wait after so many failures in a row: twice as long after each. Milliseconds. */
export function pauseAfter(failures: number, longestMs = 60_000): number {
  return Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (failures - 1));
}
