import { createSignal } from "solid-js";

import { readStored, writeStored } from "../state/persisted.ts";

const KEY = "okcvm.diff-view";

interface Options {
  split: boolean;
  wrap: boolean;
}

const [options, setOptions] = createSignal<Options>(readOptions());

function readOptions(): Options {
  const stored = (readStored(KEY) ?? {}) as Partial<Record<keyof Options, unknown>>;
  return { split: stored.split === true, wrap: stored.wrap !== false };
}

/** How differences are drawn: side by side where there is room, and long lines wrapped. */
export const diffOptions = options;

export function changeDiffOptions(patch: Partial<Options>): void {
  writeStored(KEY, setOptions({ ...options(), ...patch }));
}
