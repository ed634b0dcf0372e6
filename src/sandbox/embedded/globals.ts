import { Buffer } from "buffer";

import { bytesFromLatin1, latin1FromBytes } from "./latin1.ts";

// The shell's library reads the global Buffer when its modules load; without it
// files above 64 KiB are "No such file". This file must be imported before it.
(globalThis as { Buffer?: unknown }).Buffer = Buffer;

type ToString = (encoding?: string, start?: number, end?: number) => string;
const slowToString = Buffer.prototype.toString as ToString;
const slowFrom = Buffer.from as unknown as (...args: unknown[]) => Buffer;
const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

// The polyfill goes character by character: seconds for a file of 20 MB. The
// platform's own coders give the same text and bytes.
(Buffer.prototype as { toString: ToString }).toString = function (
  this: Buffer,
  encoding,
  start = 0,
  end = this.length,
) {
  const kind = kindOf(encoding);
  if (kind === null) return slowToString.call(this, encoding, start, end);
  const part = this.subarray(Math.max(0, start), Math.max(0, end));
  return kind === "utf8" ? utf8Decoder.decode(part) : latin1FromBytes(part);
};
(Buffer as { from: unknown }).from = (value: unknown, ...rest: unknown[]): Buffer => {
  const kind = typeof value === "string" ? kindOf(rest[0]) : null;
  if (typeof value !== "string" || kind === null) return slowFrom(value, ...rest);
  const bytes = kind === "utf8" ? utf8Encoder.encode(value) : bytesFromLatin1(value);
  return slowFrom(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

function kindOf(encoding: unknown): "utf8" | "latin1" | null {
  switch (typeof encoding === "string" ? encoding.toLowerCase() : encoding) {
    case undefined:
    case "utf8":
    case "utf-8":
      return "utf8";
    case "latin1":
    case "binary":
      return "latin1";
    default:
      return null;
  }
}
