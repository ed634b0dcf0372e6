import type { CellOutput, MimeBundle } from "../../domain/notebook.ts";

/** A picture of a cell. `data` is base64, for SVG the text itself. */
export interface Figure {
  kind: "figure";
  mediaType: string;
  data: string;
  /** Its number among the cell's figures, from 1. */
  number: number;
}

/** What one output comes to on the screen: the richest of its forms that can be drawn. */
export type Shown = { result: number | null } & (
  | Figure
  | { kind: "html"; html: string }
  | { kind: "markdown"; text: string }
  | { kind: "latex"; text: string }
  | { kind: "json"; text: string }
  | { kind: "plain"; text: string }
  | { kind: "stream"; name: "stdout" | "stderr"; text: string }
  | { kind: "error"; text: string }
  | { kind: "unsupported"; types: string }
);

export type ShownOf<Kind extends Shown["kind"]> = Extract<Shown, { kind: Kind }>;

const BASE64 = /^[A-Za-z0-9+/=\s]+$/;
const RASTER = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** A cell's outputs as they are drawn, in order. `result` is the n of `Out [n]`, null for what was not the cell's value. */
export function shownOutputs(outputs: readonly CellOutput[]): Shown[] {
  let figures = 0;
  return outputs.map((output): Shown => {
    if (output.output_type === "stream")
      return { kind: "stream", name: output.name, text: output.text, result: null };
    if (output.output_type === "error")
      return { kind: "error", text: traceback(output.traceback), result: null };
    const result = output.output_type === "execute_result" ? output.execution_count : null;
    const figure = figureOf(output.data);
    const text = textForm(output.data, figure !== null);
    if (text) return { ...text, result };
    if (figure) return { ...figure, number: ++figures, result };
    return { ...plainForm(output.data), result };
  });
}

/** Without the rule and the room that make its head 75 characters wide, whatever the width here. */
function traceback(lines: readonly string[]): string {
  return lines
    .join("\n")
    .replace(/^\S*-{20,}\S*\n/, "")
    .replace(/ {3,}(?=Traceback \(most recent call last\))/, "  ");
}

/** True for what a person wants to see of a cell without opening it. */
export function isSightly(shown: Shown): boolean {
  return ["figure", "html", "markdown", "latex", "json"].includes(shown.kind);
}

function figureOf(data: MimeBundle): Omit<Figure, "number"> | null {
  const svg = data["image/svg+xml"];
  if (isText(svg)) return { kind: "figure", mediaType: "image/svg+xml", data: svg };
  for (const mediaType of RASTER) {
    const value = data[mediaType];
    if (isText(value) && BASE64.test(value)) return { kind: "figure", mediaType, data: value };
  }
  return null;
}

type TextForm = { kind: "html"; html: string } | { kind: "markdown" | "latex" | "plain"; text: string };

/** HTML and marked-up text; an object that is a picture too is one, whatever it says of itself in HTML. */
function textForm(data: MimeBundle, isFigure: boolean): TextForm | null {
  if (isFigure) return null;
  const { "text/html": html, "text/markdown": markdown, "text/latex": latex } = data;
  if (isText(html)) return { kind: "html", html };
  if (isText(markdown)) return { kind: "markdown", text: markdown };
  if (isText(latex)) return { kind: "latex", text: latex.trim() };
  return null;
}

function plainForm(
  data: MimeBundle,
): { kind: "json" | "plain"; text: string } | { kind: "unsupported"; types: string } {
  if (data["application/json"] !== undefined)
    return { kind: "json", text: JSON.stringify(data["application/json"], null, 2) };
  const plain = data["text/plain"];
  if (typeof plain === "string") return { kind: "plain", text: plain };
  return { kind: "unsupported", types: Object.keys(data).join(", ") };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
