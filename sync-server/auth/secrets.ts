import { createHash, randomBytes } from "node:crypto";

/** A new device token: 256 random bits, with a prefix that secret scanners can know it by. */
export function newToken(): string {
  return `okcvm_${randomBytes(32).toString("base64url")}`;
}

export const DEVICE_TOKEN = /^okcvm_[A-Za-z0-9_-]{43}$/;

/** What is kept of a secret: SHA-256, hexadecimal. The secrets are random, so nothing slower is needed. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
