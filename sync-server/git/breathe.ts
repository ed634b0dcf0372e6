/** How long a request may have the process to itself. Milliseconds. */
const TURN_MS = 12;

let since = performance.now();

/** Lets other requests go on now and then: to be awaited in loops that may be long. */
export async function breathe(): Promise<void> {
  if (performance.now() - since < TURN_MS) return;
  await new Promise((resolve) => setImmediate(resolve));
  since = performance.now();
}
