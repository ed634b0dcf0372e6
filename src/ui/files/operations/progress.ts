import { createSignal, type Accessor } from "solid-js";

/** A task of the files pane that takes a while, in words. */
export interface Task {
  label: string;
  /** Ends it; absent for one that cannot be ended half-way. */
  stop?: () => void;
}

export interface Progress {
  /** The newest task under way; null for none. */
  task: Accessor<Task | null>;
  /** Shows a task while a job runs. `say` renews its words. */
  run: <Result>(
    label: string,
    job: (say: (label: string) => void, signal: AbortSignal) => Promise<Result>,
    options?: { stoppable?: boolean },
  ) => Promise<Result>;
}

export function createProgress(): Progress {
  const [tasks, setTasks] = createSignal<readonly Task[]>([]);
  return {
    task: () => tasks().at(-1) ?? null,
    async run(label, job, options = {}) {
      const abort = new AbortController();
      const stop = options.stoppable ? { stop: () => abort.abort() } : {};
      let shown: Task = { label, ...stop };
      setTasks((all) => [...all, shown]);
      const say = (words: string): void => {
        const old = shown;
        shown = { label: words, ...stop };
        setTasks((all) => all.map((one) => (one === old ? shown : one)));
      };
      try {
        return await job(say, abort.signal);
      } finally {
        setTasks((all) => all.filter((one) => one !== shown));
      }
    },
  };
}
