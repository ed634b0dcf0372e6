import { createRenderEffect, type JSX } from "solid-js";

import { historyTexts } from "../texts/history-texts.ts";
import type { DiffLine } from "./diff-lines.ts";
import type { LineColours } from "./line-colours.ts";
import { toPieces, type Token } from "./line-pieces.ts";

/** `ins` and `del` tell what colour and sign tell the eye. */
const TAGS = { same: "span", added: "ins", removed: "del" } as const;

/** The text of one line, its changed words marked. Made by hand: there are thousands of them at once. */
export function LineCode(props: { line: DiffLine; colours: LineColours }): JSX.Element {
  const element = document.createElement(TAGS[props.line.kind]);
  element.className = "diff-code";
  element.dataset["kind"] = props.line.kind;
  createRenderEffect(() => {
    element.replaceChildren(...lineNodes(props.line, props.colours.get(props.line) ?? []));
  });
  return element;
}

function lineNodes(line: DiffLine, tokens: readonly Token[]): (Node | string)[] {
  const nodes = toPieces(line.text, tokens, line.marks).map(({ text, className, marked }) =>
    className || marked ? span(text, marked ? `${className} diff-mark` : className) : text,
  );
  return line.noNewline ? [...nodes, span(historyTexts.changes.noNewline, "diff-no-newline")] : nodes;
}

function span(text: string, className: string): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
