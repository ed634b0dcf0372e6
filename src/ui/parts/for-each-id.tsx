import { createMemo, For, Show, type Accessor, type JSX } from "solid-js";

import { isSameList } from "../state/same-list.ts";

/** A row for each of some things by their id: a list that is read again leaves what a row is in the middle of. */
export function ForEachId<T extends { id: string }>(props: {
  each: readonly T[];
  children: (one: Accessor<T>) => JSX.Element;
}): JSX.Element {
  const byId = createMemo(() => new Map(props.each.map((one) => [one.id, one])));
  const ids = createMemo(() => [...byId().keys()], [], { equals: isSameList });
  return <For each={ids()}>{(id) => <Show when={byId().get(id)}>{(one) => props.children(one)}</Show>}</For>;
}
