import { createSignal, type JSX } from "solid-js";

const [drawn, setDrawn] = createSignal<(() => JSX.Element) | null>(null);

/** Draws the secret that was just made; null for none. It outlives the settings, which anything may close. */
export const secretDialog = drawn;

/** Takes a dialog that is loaded already: code that fails to load then would lose the secret. */
export function drawSecret(draw: (() => JSX.Element) | null): void {
  setDrawn(() => draw);
}
