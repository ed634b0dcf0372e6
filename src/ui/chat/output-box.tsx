import { createEffect, on, type JSX } from "solid-js";

const NEAR_END = 24;

/** Mono text in a box of at most 320 px; with `follow` it keeps to its end until it is scrolled. */
export function OutputBox(props: { text: string; label: string; follow: boolean }): JSX.Element {
  let box!: HTMLPreElement;
  let atEnd = true;
  createEffect(
    on(
      () => props.text,
      () => {
        if (props.follow && atEnd) box.scrollTop = box.scrollHeight;
      },
    ),
  );
  return (
    <pre
      ref={(element) => (box = element)}
      class="output"
      tabindex={0}
      role="group"
      aria-label={props.label}
      onScroll={() => (atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END)}
    >
      {props.text}
    </pre>
  );
}
