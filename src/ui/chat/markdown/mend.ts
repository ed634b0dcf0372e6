let close = (text: string): string => text;

/** Closes what is half written, so that it reads as it will. Until `loadMend` is done it stays as it is. */
export function mend(text: string): string {
  return close(text);
}

/** Only text that is being written needs it: the first page does without. */
export async function loadMend(): Promise<void> {
  const { default: remend } = await import("remend");
  close = (text) => remend(text, { linkMode: "text-only", katex: false });
}
