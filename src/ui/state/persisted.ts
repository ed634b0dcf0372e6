/** Reads a JSON value this page stored; `undefined` when there is none or it cannot be read. */
export function readStored(key: string): unknown {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // Storage is off, or another program wrote there: the caller's default is right.
    return undefined;
  }
}

/** Stores a JSON value, or removes it for `undefined`. What is kept here is comfort, never work: a refusal is not an error. */
export function writeStored(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is off or full; the value lives until the page closes.
  }
}
