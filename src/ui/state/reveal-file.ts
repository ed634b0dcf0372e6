import { createSignal } from "solid-js";

const [wanted, setWanted] = createSignal<string | null>(null);

/** The workspace path another part of the page asked the files pane to open; null when none waits. */
export const fileToReveal = wanted;

/** Asks the files pane to open a file; null after it did. */
export function revealFile(path: string | null): void {
  setWanted(path);
}
