/** 256 bits of a secret for one purpose, by HKDF with SHA-256: bits for different labels tell nothing of each other. */
export async function deriveBits(
  secret: Uint8Array<ArrayBuffer>,
  label: string,
  salt: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer>> {
  const root = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(label);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, root, 256);
  return new Uint8Array(bits);
}
