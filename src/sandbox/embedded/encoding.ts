/** How the shell names an encoding: bare, or in an options object; UTF-8 when left out. */
export type TextEncodingOption = string | { encoding?: string | null } | undefined;

/** Bytes of what the shell writes: UTF-8 text, or one byte a character for latin1 and binary. */
export function encodeContent(content: string | Uint8Array, option: TextEncodingOption): Uint8Array {
  if (typeof content !== "string") return content.slice();
  const encoding = nameOf(option);
  if (encoding === "utf8") return new TextEncoder().encode(content);
  return new Uint8Array(Buffer.from(content, encoding));
}

/** Text of bytes in an encoding. */
export function decodeContent(bytes: Uint8Array, option: TextEncodingOption): string {
  const encoding = nameOf(option);
  // A byte order mark is content: sed and its like must not drop it.
  if (encoding === "utf8") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
}

type Encoding = "utf8" | "latin1" | "ascii" | "base64" | "hex";

function nameOf(option: TextEncodingOption): Encoding {
  const name = (typeof option === "string" ? option : option?.encoding) ?? "utf8";
  switch (name.toLowerCase()) {
    case "binary":
    case "latin1":
      return "latin1";
    case "ascii":
    case "base64":
    case "hex":
      return name.toLowerCase() as Encoding;
    default:
      return "utf8";
  }
}
