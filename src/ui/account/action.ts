import { createSignal, type Accessor } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";

/** Something that a button does at the server. */
export interface Action {
  busy: Accessor<boolean>;
  /** Why it failed last, in words. */
  problem: Accessor<string | null>;
  setProblem: (words: string | null) => void;
  /** Does it unless it is being done. Resolves true when it worked. */
  run: (work: () => Promise<void>) => Promise<boolean>;
}

export function createAction(): Action {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    if (busy()) return false;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(toErrorValue(error).message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, setProblem, run };
}
