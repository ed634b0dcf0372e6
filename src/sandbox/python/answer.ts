import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import type { TreeChange } from "../../domain/changes.ts";

/** What a blocked interpreter is answered: a value or an error, and what changed in the workspace meanwhile. */
export interface Answer {
  value?: unknown;
  error?: ErrorValue;
  changes: TreeChange[];
}

/** An answer as bytes for shared memory: the length of the JSON, the JSON, and a file's content if there is one. */
export function encodeAnswer(
  answer: Answer,
  content: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(answer));
  const bytes = new Uint8Array(4 + json.length + content.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  bytes.set(content, 4 + json.length);
  return bytes;
}

export function decodeAnswer(bytes: Uint8Array<ArrayBuffer>): { answer: Answer; content: Uint8Array } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const answer = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Answer;
  return { answer, content: bytes.subarray(4 + length) };
}

export function failedAnswer(error: unknown): Answer {
  return { error: toErrorValue(error), changes: [] };
}
