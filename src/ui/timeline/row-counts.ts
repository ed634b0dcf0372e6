import { createSignal, onCleanup } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { Moments } from "../diff/comparison.ts";

const keyOf = ({ from, to }: Moments): string => `${from ?? ""}..${to ?? ""}`;

/** How many files a reply changed in all its steps together, which no single snapshot tells. */
export interface RowCounts {
  /** undefined until it is counted. */
  of: (moments: Moments) => number | undefined;
  /** Counts, after those that were asked for before. */
  want: (moments: Moments) => void;
}

/** Counts one at a time, so that the history stays free for what the person asks. */
export function createRowCounts(workspace: Workspace): RowCounts {
  const [counts, setCounts] = createSignal<ReadonlyMap<string, number>>(new Map());
  const asked = new Set<string>();
  let queue = Promise.resolve();
  let over = false;
  onCleanup(() => (over = true));
  const count = async (moments: Moments): Promise<void> => {
    if (over) return;
    try {
      const files = await workspace.diff(moments.from, moments.to, { lines: false });
      setCounts((map) => new Map(map).set(keyOf(moments), files.length));
    } catch (error) {
      // The row does without its number; opening it asks again and says what is wrong.
      console.warn("A reply's files could not be counted.", toErrorValue(error));
    }
  };
  return {
    of: (moments) => counts().get(keyOf(moments)),
    want(moments) {
      const key = keyOf(moments);
      if (asked.has(key)) return;
      asked.add(key);
      queue = queue.then(() => count(moments));
    },
  };
}
