import type { WebContainer } from "@webcontainer/api";

type Listener = (data: Uint8Array | null) => void;
type Run = (
  options: unknown,
  stdout: Listener | undefined,
  stderr: Listener | undefined,
  output: Listener | undefined,
) => unknown;

/**
 * Makes a WebContainer's processes tell whole characters: the library decodes
 * each chunk by itself, so a character that two chunks share is lost. It is put
 * right one step below its public API, where the bytes arrive. A library
 * without that step is left as it is.
 */
export function wholeCharacters(instance: WebContainer): WebContainer {
  const holder = instance as unknown as { _instance?: object };
  const inner = holder._instance;
  if (inner === undefined) return instance;
  holder._instance = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== "run") return value;
      const run: Run = (options, stdout, stderr, output) =>
        (value as Run)(options, stdout, stderr, output && aligned(output));
      return run;
    },
  });
  return instance;
}

/** The listener, given bytes that end where a character ends. It keeps the mark that lets it go over a port. */
function aligned(listener: Listener): Listener {
  let held = new Uint8Array();
  const wrapped: Listener = (data) => {
    if (data === null) {
      if (held.length > 0) listener(held);
      return listener(null);
    }
    const whole = joined(held, data);
    const cut = whole.length - unfinished(whole);
    held = whole.slice(cut);
    if (cut > 0) listener(whole.slice(0, cut));
  };
  return Object.assign(wrapped, listener);
}

/** How many bytes at the end begin a UTF-8 character that is not complete. */
export function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? back : 0;
  }
  return 0;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
