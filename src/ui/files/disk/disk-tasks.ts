import { createSignal, onCleanup, type Accessor } from "solid-js";

import type { DiskProgress, DiskTaskOptions } from "../../../vm/disk/api.ts";

/** A task under way. */
export interface Busy {
  /** Of the folder. */
  name: string;
  progress: DiskProgress | null;
  stop: () => void;
}

export interface DiskTasks {
  busy: Accessor<Busy | null>;
  /** True once the root has ended. */
  over: () => boolean;
  run: <Result>(name: string, task: (options: DiskTaskOptions) => Promise<Result>) => Promise<Result>;
}

/** Call it inside a root: a task that is under way when the root ends is stopped. */
export function createDiskTasks(): DiskTasks {
  const [busy, setBusy] = createSignal<Busy | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
    busy()?.stop();
  });
  return {
    busy,
    over: () => over,
    async run(name, task) {
      const abort = new AbortController();
      const stop = (): void => abort.abort();
      setBusy({ name, progress: null, stop });
      try {
        return await task({
          signal: abort.signal,
          onProgress: (progress) => setBusy({ name, progress, stop }),
        });
      } finally {
        setBusy(null);
      }
    },
  };
}
