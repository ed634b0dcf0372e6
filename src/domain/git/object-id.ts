import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** The kinds of object a snapshot is made of. Annotated tags come only with repositories made elsewhere. */
export type ObjectType = "commit" | "tree" | "blob" | "tag";

export interface GitObject {
  type: ObjectType;
  body: Uint8Array<ArrayBuffer>;
}

/** The id Git gives an object: SHA-1 of its header and body, as 40 hex digits. */
export function objectId(type: ObjectType, body: Uint8Array): string {
  return bytesToHex(startObjectId(type, body.length).update(body).digest());
}

/** A hash that has seen the header of an object of `size` bytes; the body follows in pieces. */
export function startObjectId(type: ObjectType, size: number): ReturnType<typeof sha1.create> {
  return sha1.create().update(utf8ToBytes(`${type} ${size}\0`));
}
