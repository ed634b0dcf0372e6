import { createSignal } from "solid-js";

const [wanted, setWanted] = createSignal<string | null>(null);

/** The snapshot another part of the page asked the timeline to show; null when none waits. */
export const snapshotToReveal = wanted;

/** Asks the timeline to show a snapshot; null after it did. */
export function revealSnapshot(id: string | null): void {
  setWanted(id);
}
