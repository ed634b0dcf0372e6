import { OkcvmError } from "./domain/errors.ts";
import type { Clock } from "./ports/clock.ts";

/** The platform's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new OkcvmError("aborted", "Stopped."));
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(new OkcvmError("aborted", "Stopped."));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
};
