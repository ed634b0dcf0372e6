import { Show, type JSX } from "solid-js";

/** What went wrong, in words, told when it comes; nothing for none. */
export function Problem(props: {
  text: string | null | undefined;
  id?: string;
  class?: string;
}): JSX.Element {
  return (
    <Show when={props.text}>
      {(text) => (
        <p class={`problem ${props.class ?? ""}`.trimEnd()} id={props.id} role="alert">
          {text()}
        </p>
      )}
    </Show>
  );
}
