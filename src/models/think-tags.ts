/** A stretch of text, and whether it was thought or said. */
export interface TextPiece {
  type: "text" | "reasoning";
  delta: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";

/** Splits `<think>…</think>` at the very start of a reply from what follows, however the tags are cut into chunks. */
export interface ThinkSplitter {
  push(text: string): TextPiece[];
  /** What was held back: the text is over, or something else comes. */
  flush(): TextPiece[];
}

/**
 * Only a tag at the start counts: further down it may be what the reply is
 * about. Needed for models whose server has no parser for their thoughts.
 */
export function createThinkSplitter(): ThinkSplitter {
  let place: "start" | "thinking" | "after" | "text" = "start";
  let held = "";

  function push(text: string): TextPiece[] {
    held += text;
    const pieces: TextPiece[] = [];
    if (place === "start") leaveStart();
    if (place === "thinking") takeThought(pieces);
    if (place === "after") leaveBlank();
    if (place === "text") take(pieces, "text", held.length);
    return pieces;
  }

  function leaveStart(): void {
    const begun = held.trimStart();
    if (begun.startsWith(OPEN)) {
      place = "thinking";
      held = begun.slice(OPEN.length).trimStart();
    } else if (!OPEN.startsWith(begun)) {
      place = "text";
    }
  }

  function takeThought(pieces: TextPiece[]): void {
    const end = held.indexOf(CLOSE);
    if (end < 0) {
      take(pieces, "reasoning", held.length - partialTagLength(held));
      return;
    }
    take(pieces, "reasoning", end);
    held = held.slice(CLOSE.length);
    place = "after";
  }

  function leaveBlank(): void {
    held = held.trimStart();
    if (held !== "") place = "text";
  }

  function take(pieces: TextPiece[], type: TextPiece["type"], length: number): void {
    if (length > 0) pieces.push({ type, delta: held.slice(0, length) });
    held = held.slice(length);
  }

  function flush(): TextPiece[] {
    const pieces: TextPiece[] = [];
    const type = place === "thinking" ? "reasoning" : "text";
    // Blank text that only waited for a tag says nothing.
    if (held.trim() !== "") take(pieces, type, held.length);
    held = "";
    if (place === "start") place = "text";
    return pieces;
  }

  return { push, flush };
}

/** How many characters at the end could be the beginning of a closing tag. */
function partialTagLength(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}
