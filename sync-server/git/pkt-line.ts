import { OkcvmError } from "../../src/domain/errors.ts";
import type { BodyReader } from "./body-reader.ts";

// Git's pkt-line framing. Source: gitprotocol-common and gitprotocol-pack.

/** Ends a message. */
export const FLUSH = Buffer.from("0000");
/** Parts the sections of a version 2 message. */
export const DELIM = Buffer.from("0001");

/** The most bytes a packet holds besides its length. */
const MAX_PAYLOAD = 65_516;
/** The same of a sideband packet, whose first byte is the band. */
export const MAX_BAND_PAYLOAD = MAX_PAYLOAD - 1;

/** Bands of a multiplexed reply: the data, words for the person, the last words of a failure. */
export const BAND = { data: 1, progress: 2, error: 3 } as const;

/** One packet of text or bytes. */
export function pkt(payload: string | Uint8Array): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  return Buffer.concat([lengthOf(bytes.length), bytes]);
}

/** Bytes in a band, in as many packets as they take. */
export function bandPkts(band: number, payload: string | Uint8Array): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_BAND_PAYLOAD) {
    const piece = bytes.subarray(at, at + MAX_BAND_PAYLOAD);
    pieces.push(lengthOf(piece.length + 1), Uint8Array.of(band), piece);
  }
  return Buffer.concat(pieces);
}

function lengthOf(payload: number): Buffer {
  return Buffer.from((payload + 4).toString(16).padStart(4, "0"));
}

/** What is read of a message: a packet's bytes, or a mark. */
export type Packet = Buffer | "flush" | "delim";

/** The next packet; null at the end. Errors: `bad-request` for what is no packet. */
export async function readPacket(body: BodyReader): Promise<Packet | null> {
  const head = await body.take(4);
  if (head.length === 0) return null;
  const digits = head.toString("latin1");
  const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (length === 0) return "flush";
  if (length === 1) return "delim";
  if (!(length >= 4) || length - 4 > MAX_PAYLOAD) throw notGit();
  const payload = await body.take(length - 4);
  if (payload.length < length - 4) throw notGit();
  return payload;
}

/** A packet as a line of text, without the newline it may end with. */
export function lineOf(packet: Buffer): string {
  return packet.toString("utf8").replace(/\n$/, "");
}

export function notGit(): OkcvmError {
  return new OkcvmError("bad-request", "The request is not Git's protocol.");
}
