import { createSignal, onCleanup, type Accessor } from "solid-js";

/** The width of an element, in CSS pixels, as it changes; 0 before it is on the page. */
export function createElementWidth(): { watch: (element: Element) => void; width: Accessor<number> } {
  const [width, setWidth] = createSignal(0);
  const observer = new ResizeObserver(([entry]) => {
    if (entry) setWidth(entry.contentRect.width);
  });
  onCleanup(() => observer.disconnect());
  return { watch: (element) => observer.observe(element), width };
}
