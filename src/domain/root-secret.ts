import { toBase64Url } from "./base64.ts";
import { deriveBits } from "./derive-key.ts";
import { importSealer, type Sealer } from "./sealed-key.ts";

/** Random bytes of an account's secret. */
const SECRET_BYTES = 20;
/** Letters that say whether it was copied well. */
const CHECK_LETTERS = 4;
/** Crockford's: no I, L, O and U. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP = 6;
/** Keeps what is derived here apart from other uses of the same bytes. */
const CHECK_LABEL = "okcvm secret check v1";
const AUTH_LABEL = "okcvm sign-in key v1";
const WRAP_LABEL = "okcvm wrapping key v1";

/** What an account is: whoever has it, has the account. 160 random bits. */
export function newRootSecret(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** A secret as people copy it: six groups of six letters, the last four of which check the others. */
export async function writeRootSecret(secret: Uint8Array<ArrayBuffer>): Promise<string> {
  const letters = toLetters(secret) + (await checkLetters(secret));
  return (letters.match(new RegExp(`.{${GROUP}}`, "g")) ?? []).join("-");
}

/** Reads one however it was typed: in small letters, with spaces, O for 0 and I or L for 1. null when it is mistyped. */
export async function readRootSecret(text: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const letters = text.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  const length = (SECRET_BYTES * 8) / 5;
  if (letters.length !== length + CHECK_LETTERS) return null;
  const secret = fromLetters(letters.slice(0, length));
  return secret !== null && (await checkLetters(secret)) === letters.slice(length) ? secret : null;
}

/** The key an account signs in with, base64url. The secret itself is never sent. */
export async function deriveAuthKey(secret: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64Url(await deriveBits(secret, AUTH_LABEL));
}

/** What the account's own key is sealed under. It tells nothing of the sign-in key, nor that of it. */
export async function deriveWrapKey(secret: Uint8Array<ArrayBuffer>): Promise<Sealer> {
  return importSealer(await deriveBits(secret, WRAP_LABEL));
}

/** What the server keeps of the key: SHA-256 of its text, hexadecimal. */
export async function hashAuthKey(authKey: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(authKey)));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function checkLetters(secret: Uint8Array<ArrayBuffer>): Promise<string> {
  const label = new TextEncoder().encode(CHECK_LABEL);
  const text = new Uint8Array(label.length + secret.length);
  text.set(label);
  text.set(secret, label.length);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return toLetters(hash.slice(0, 5)).slice(0, CHECK_LETTERS);
}

function toLetters(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += LETTERS[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

function fromLetters(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}
