import { createSignal } from "solid-js";

import type { Layout } from "./layout.ts";

const [wanted, setWanted] = createSignal(0);

/** Grows each time any part of the page asks for the search in files; 0 when nothing waits. */
export const searchWanted = wanted;

/** Brings the files into view with their search open. */
export function searchInFiles(layout: Layout): void {
  layout.showPane("files");
  setWanted((count) => count + 1);
}

/** To be called by the pane that has taken the wish. */
export function searchTaken(): void {
  setWanted(0);
}
