import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";

/** The time, renewed every `intervalMs` while `active` is true; in milliseconds since 1970 UTC. */
export function createNow(intervalMs: number, active: Accessor<boolean> = () => true): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  createEffect(() => {
    if (!active()) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    onCleanup(() => clearInterval(timer));
  });
  return now;
}
