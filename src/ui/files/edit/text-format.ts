import { decodeText } from "../../../domain/decode-text.ts";

/** How a text lies in its file, apart from its characters. */
export interface TextFormat {
  /** Begins with a byte order mark. */
  bom: boolean;
  /** The line break of every line; mixed ones stay in the text as they are. */
  lineBreak: "\n" | "\r\n" | "mixed";
}

/** A text as it is edited: lines end in "\n", unless the file mixes line breaks. */
export interface FileText {
  text: string;
  format: TextFormat;
}

const BOM = [0xef, 0xbb, 0xbf];

/** A file's bytes as text to edit; null for bytes that are not UTF-8 text. */
export function decodeFile(bytes: Uint8Array): FileText | null {
  const bom = BOM.every((byte, index) => bytes[index] === byte);
  const raw = decodeText(bom ? bytes.subarray(BOM.length) : bytes, false);
  if (raw === null) return null;
  const lineBreak = lineBreakOf(raw);
  return {
    text: lineBreak === "\r\n" ? raw.replaceAll("\r\n", "\n") : raw,
    format: { bom, lineBreak },
  };
}

/** The bytes of a text: a file that was not changed comes out as it went in. */
export function encodeFile({ text, format }: FileText): Uint8Array<ArrayBuffer> {
  const raw = format.lineBreak === "\r\n" ? text.replaceAll("\n", "\r\n") : text;
  return new TextEncoder().encode(format.bom ? `\ufeff${raw}` : raw);
}

export function sameText(a: FileText, b: FileText): boolean {
  return a.text === b.text && sameFormat(a.format, b.format);
}

export function sameFormat(a: TextFormat, b: TextFormat): boolean {
  return a.bom === b.bom && a.lineBreak === b.lineBreak;
}

function lineBreakOf(text: string): TextFormat["lineBreak"] {
  if (!text.includes("\r")) return "\n";
  const breaks = text.match(/\r\n|\r|\n/g) ?? [];
  return breaks.every((one) => one === "\r\n") ? "\r\n" : "mixed";
}
