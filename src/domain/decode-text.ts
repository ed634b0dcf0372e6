/** UTF-8 text, or null for bytes that are none. A cut may fall inside a character. */
export function decodeText(bytes: Uint8Array, cut: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    // Another encoding, or not text at all.
    return null;
  }
}
