import { utf8ToBytes } from "@noble/hashes/utils.js";

import { concatBytes } from "./bytes.ts";

/** A Git bundle (version 2): refs by full name, HEAD first, and one pack with all their objects. Source: gitformat-bundle. */
export function encodeBundle(
  refs: readonly { name: string; oid: string }[],
  pack: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const lines = refs.map(({ name, oid }) => `${oid} ${name}\n`).join("");
  return concatBytes([utf8ToBytes(`# v2 git bundle\n${lines}\n`), pack]);
}
