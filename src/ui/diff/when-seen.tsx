import { createEffect, createSignal, onCleanup, type JSX } from "solid-js";

/** Calls `onSeen` when it comes into view, again for each `round`. */
export function WhenSeen(props: { label: string; round: unknown; onSeen: () => void }): JSX.Element {
  const [place, setPlace] = createSignal<HTMLElement>();
  createEffect(() => {
    const element = place();
    // Anew for each round: an element that stays in view is not told of again.
    if (!element || props.round === undefined) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && props.onSeen(), {
      rootMargin: "400px",
    });
    observer.observe(element);
    onCleanup(() => observer.disconnect());
  });
  return (
    <p ref={setPlace} class="diff-note" role="status">
      {props.label}
    </p>
  );
}
