/** When packs of a space are put together, and how many at once. */
export interface RepackLimits {
  /** Packs a space may have. */
  packs: number;
  /** Small ones it may have, and what counts as one. Bytes. */
  small: number;
  smallBytes: number;
  /** What is put together at once, at most: it bounds the time. Bytes. */
  bytes: number;
}

/** The same for who puts them together, a server or a browser, so that nobody waits longer for an encrypted conversation. */
export const REPACK_LIMITS: RepackLimits = {
  packs: 40,
  small: 20,
  smallBytes: 1024 * 1024,
  bytes: 32 * 1024 * 1024,
};
/** Fewer are not worth it. */
const LEAST = 8;
/** As many as go into one push. */
const MOST = 400;

/**
 * The smallest packs, as many as are put together at once; none when there are
 * few. One that is not small, and larger than all the others of them, is left alone:
 * else every round would move what the one before has made.
 */
export function chooseForRepack<Pack extends { size: number }>(
  packs: readonly Pack[],
  limits = REPACK_LIMITS,
): Pack[] {
  const small = packs.filter(({ size }) => size < limits.smallBytes).length;
  if (packs.length <= limits.packs && small <= limits.small) return [];
  let bytes = 0;
  const chosen: Pack[] = [];
  for (const pack of packs.toSorted((a, b) => a.size - b.size).slice(0, MOST)) {
    if (bytes + pack.size > limits.bytes) break;
    bytes += pack.size;
    chosen.push(pack);
  }
  for (let last = chosen.at(-1); last && isTooLarge(last.size, bytes, limits); last = chosen.at(-1)) {
    bytes -= last.size;
    chosen.pop();
  }
  return chosen.length < LEAST ? [] : chosen;
}

function isTooLarge(size: number, bytes: number, { smallBytes }: RepackLimits): boolean {
  return size >= smallBytes && size > bytes - size;
}
