import { bytesToHex } from "@noble/hashes/utils.js";
import type { PackFiles } from "./scratch-repository.ts";

const IDX_OIDS = 8 + 256 * 4;

/**
 * What is wrong with a pack that came from elsewhere; null when its checksum is
 * right, its index names every object, and `head` is among them. What the
 * objects say is not looked at.
 */
export async function packProblem({ pack, index }: PackFiles, head: string): Promise<string | null> {
  if (pack.byteLength < 32) return "the pack is cut short";
  const digest = await crypto.subtle.digest("SHA-1", pack.subarray(0, -20));
  if (bytesToHex(new Uint8Array(digest)) !== bytesToHex(pack.subarray(-20)))
    return "the pack's checksum is wrong";
  const objects = new DataView(pack.buffer, pack.byteOffset).getUint32(8);
  const named = new DataView(index.buffer, index.byteOffset).getUint32(IDX_OIDS - 4);
  // isomorphic-git leaves out of the index what it cannot put together.
  if (named !== objects) return "some objects are missing or damaged";
  return holds(index, named, head) ? null : "the branch's newest commit is missing";
}

function holds(index: Uint8Array, count: number, oid: string): boolean {
  for (let place = 0; place < count; place += 1) {
    const at = IDX_OIDS + place * 20;
    if (bytesToHex(index.subarray(at, at + 20)) === oid) return true;
  }
  return false;
}
