import { createMemo, type Accessor } from "solid-js";

/**
 * A field's stored value, which tells of another value and of nothing else. A
 * field's `value` is written anew whenever what it was read from tells of any
 * change, which would take away what a person is typing.
 */
export function storedValue<T extends string | number>(read: () => T): Accessor<T> {
  return createMemo(read);
}
