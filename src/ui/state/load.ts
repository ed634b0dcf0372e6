import { createEffect, createSignal, on, type Accessor } from "solid-js";

import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";

/** Something read asynchronously. */
export interface Load<Value> {
  /** The last value read; undefined before the first. */
  value: Accessor<Value | undefined>;
  /** Why the last reading failed; undefined when it did not. */
  error: Accessor<ErrorValue | undefined>;
  reload: () => void;
}

/**
 * Reads when `input` changes and on `reload`, keeping the old value meanwhile.
 * A resource would suspend what is around it: a dialog taken out of the page
 * and put back is no longer modal.
 */
export function createLoad<Input, Value>(
  input: Accessor<Input>,
  read: (input: Input) => Promise<Value>,
): Load<Value> {
  const [value, setValue] = createSignal<Value>();
  const [error, setError] = createSignal<ErrorValue>();
  let turn = 0;
  const run = async (from: Input): Promise<void> => {
    const mine = (turn += 1);
    try {
      const found = await read(from);
      // A later reading has begun: this one is stale.
      if (mine !== turn) return;
      setError(undefined);
      setValue(() => found);
    } catch (cause) {
      if (mine === turn) setError(toErrorValue(cause));
    }
  };
  createEffect(on(input, (from) => void run(from)));
  return { value, error, reload: () => void run(input()) };
}
