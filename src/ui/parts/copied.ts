import { createSignal, onCleanup, type Accessor } from "solid-js";

import { copyText } from "./copy.ts";

/** How long it is said that something was copied. Milliseconds. */
const SHOWN_MS = 1_600;

/** Copies what `text` answers; `done` is true for a moment after it worked. */
export function createCopy(text: () => string): { copy: () => void; done: Accessor<boolean> } {
  const [done, setDone] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const run = async (): Promise<void> => {
    if (!(await copyText(text()))) return;
    setDone(true);
    clearTimeout(timer);
    timer = setTimeout(() => setDone(false), SHOWN_MS);
  };
  return { copy: () => void run(), done };
}
