import { OkcvmError } from "../domain/errors.ts";

/** A lock of the browser's that one tab holds at a time. */
export interface Lock {
  release(): void;
  /** Resolves when another tab took the lock. */
  lost: Promise<void>;
  isLost(): boolean;
}

/**
 * Takes a lock: by force with `takeOver`, when its turn comes with `wait`, else
 * if it is free. Errors: `workspace-busy` when it is not, `aborted` when the
 * signal to wait with fires.
 */
export async function holdLock(name: string, how: { takeOver?: boolean; wait?: AbortSignal }): Promise<Lock> {
  return new Promise((resolve, reject) => {
    let release = (): void => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    let onLost = (): void => {};
    let gone = false;
    const lost = new Promise<void>((done) => {
      onLost = done;
    });
    const request = navigator.locks.request(name, lockOptions(how), async (lock) => {
      if (!lock) {
        reject(
          new OkcvmError(
            "workspace-busy",
            "This conversation is open in another tab. Use it there, or take it over here.",
          ),
        );
        return;
      }
      resolve({ release, lost, isLost: () => gone });
      await held;
    });
    // A stolen lock rejects the request of its old holder; one that is given up while it waits, that of who waited.
    request.catch(() => {
      gone = true;
      onLost();
      reject(new OkcvmError("aborted", "Stopped."));
    });
  });
}

function lockOptions(how: { takeOver?: boolean; wait?: AbortSignal }): LockOptions {
  if (how.takeOver) return { steal: true };
  return how.wait ? { signal: how.wait } : { ifAvailable: true };
}
