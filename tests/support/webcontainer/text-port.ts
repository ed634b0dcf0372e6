import type { PortLike } from "../../../src/domain/rpc.ts";

/** A port over a wire that carries text only: bytes and Blobs go as base64, `undefined` as nothing. */
export interface TextPort extends PortLike {
  /** What came over the wire. */
  receive(text: string): void;
}

export function textPort(send: (text: string) => void): TextPort {
  const listeners: ((event: { data: unknown }) => void)[] = [];
  return {
    // Blobs are read on the way, so messages queue behind each other to keep their order.
    postMessage: inOrder(async (message) => send(JSON.stringify(await encode(message)))),
    addEventListener: (_type, listener) => void listeners.push(listener),
    receive(text) {
      const data = decode(JSON.parse(text));
      for (const listener of listeners) listener({ data });
    },
  };
}

function inOrder(task: (message: unknown) => Promise<void>): (message: unknown) => void {
  let last = Promise.resolve();
  return (message) => {
    last = last.then(() => task(message));
  };
}

async function encode(value: unknown): Promise<unknown> {
  if (value instanceof Blob) return encode(new Uint8Array(await value.arrayBuffer()));
  if (value instanceof Uint8Array) {
    let text = "";
    for (let at = 0; at < value.length; at += 32_768)
      text += String.fromCharCode(...value.subarray(at, at + 32_768));
    return { $bytes: btoa(text) };
  }
  if (Array.isArray(value)) return Promise.all(value.map(encode));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([key, one]) => [key, await encode(one)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  if ("$bytes" in value) return Uint8Array.from(atob(String(value.$bytes)), (one) => one.charCodeAt(0));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, decode(one)]));
}
