import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** What a branch is called in its item's id: the beginning of its name's SHA-256, because names may be long and of any letters. */
export function refHash(branch: string): string {
  return bytesToHex(sha256(utf8ToBytes(branch))).slice(0, 32);
}
