/** Media types by a file's first bytes; those every vision model takes. */
const SIGNATURES: [type: string, at: number, bytes: number[]][] = [
  ["image/png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", 0, [0xff, 0xd8, 0xff]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38, 0x37, 0x61]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
  ["image/webp", 8, [0x57, 0x45, 0x42, 0x50]],
];

/** The image type of bytes, or null when they are not an image a model can see. */
export function imageTypeOf(bytes: Uint8Array): string | null {
  const found = SIGNATURES.find(([, at, signature]) =>
    signature.every((byte, index) => bytes[at + index] === byte),
  );
  const type = found?.[0] ?? null;
  // The four letters alone could be text.
  return type === "image/webp" && !isRiff(bytes) ? null : type;
}

function isRiff(bytes: Uint8Array): boolean {
  return [0x52, 0x49, 0x46, 0x46].every((byte, index) => bytes[index] === byte);
}
