import { createSignal } from "solid-js";

const [offered, setOffered] = createSignal<{ text: string } | null>(null);

/** A text another part of the page wants in the composer. A new object each time, so that the same text counts twice. */
export const offeredDraft = offered;

/** Puts a text into the composer in place of what it holds. */
export function draftToUse(text: string): void {
  setOffered({ text });
}
