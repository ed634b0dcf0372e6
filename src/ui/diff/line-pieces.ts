import type { Mark } from "./word-marks.ts";

/** Coloured code: a stretch of a line and the classes of its colour. */
export interface Token extends Mark {
  className: string;
}

/** A stretch of a line that is drawn the same way. */
export interface Piece {
  text: string;
  className: string;
  marked: boolean;
}

/** Cuts a line wherever its colour or its mark changes. */
export function toPieces(text: string, tokens: readonly Token[], marks: readonly Mark[]): Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...tokens, ...marks]) {
    if (start < text.length) cuts.add(start);
    if (end < text.length) cuts.add(end);
  }
  const sorted = [...cuts].toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index) => ({
    text: text.slice(start, sorted[index + 1]),
    className: tokens.find((token) => token.start <= start && start < token.end)?.className ?? "",
    marked: marks.some((mark) => mark.start <= start && start < mark.end),
  }));
}

/** The colours of each line of a coloured text. */
export function tokensByLine(coloured: Node): Token[][] {
  const lines: Token[][] = [[]];
  let column = 0;
  const walk = (node: Node, className: string): void => {
    if (node instanceof Element) {
      for (const child of node.childNodes) walk(child, `${className} ${node.className}`.trim());
      return;
    }
    if (node.nodeType !== Node.TEXT_NODE) {
      for (const child of node.childNodes) walk(child, className);
      return;
    }
    (node.textContent ?? "").split("\n").forEach((part, index) => {
      if (index > 0) {
        lines.push([]);
        column = 0;
      }
      if (className !== "" && part !== "")
        lines.at(-1)?.push({ start: column, end: column + part.length, className });
      column += part.length;
    });
  };
  walk(coloured, "");
  return lines;
}
