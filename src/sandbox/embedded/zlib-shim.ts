import { Buffer } from "buffer";
import { gunzipSync as gunzip, gzipSync as gzip } from "fflate";

/** The two functions and the levels of node:zlib that the shell's gzip commands use. */
export const constants = { Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: 6 };

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export function gzipSync(bytes: Uint8Array, options: { level?: number } = {}): Buffer {
  return Buffer.from(gzip(bytes, { level: (options.level ?? 6) as Level }));
}

export function gunzipSync(bytes: Uint8Array, options: { maxOutputLength?: number } = {}): Buffer {
  const out = gunzip(bytes);
  if (options.maxOutputLength !== undefined && out.length > options.maxOutputLength) {
    throw new RangeError(`Cannot create a Buffer larger than ${options.maxOutputLength} bytes`);
  }
  return Buffer.from(out);
}
