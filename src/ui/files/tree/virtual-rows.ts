import { createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

import { createMedia } from "../../state/media.ts";

/** Rows drawn above and below what is in sight, so that a quick scroll shows no gaps. */
const SPARE = 6;
/** Room above the first row and below the last. Pixels. */
const EDGE = 6;

/** Which rows of a long list are in sight; all have one height. */
export interface VirtualRows {
  /** Gives it the element that scrolls. */
  attach: (scroller: HTMLElement) => void;
  /** The first row to draw and the one after the last. */
  range: Accessor<readonly [number, number]>;
  /** Pixels of all rows together. */
  total: Accessor<number>;
  rowHeight: Accessor<number>;
  /** Pixels from the top of the list to a row. */
  topOf: (index: number) => number;
  /** Rows that fit. */
  page: Accessor<number>;
  scrollTo: (index: number) => void;
}

export function createVirtualRows(count: Accessor<number>): VirtualRows {
  // As in the style sheet: what is touched is larger.
  const narrow = createMedia("(max-width: 899.98px)");
  const rowHeight = (): number => (narrow() ? 44 : 28);
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(0);
  let scroller: HTMLElement | undefined;
  const read = (): void => {
    if (!scroller) return;
    setTop(scroller.scrollTop);
    setHeight(scroller.clientHeight);
  };
  const range = createMemo(
    () => {
      const first = Math.floor((top() - EDGE) / rowHeight()) - SPARE;
      const last = Math.ceil((top() + height() - EDGE) / rowHeight()) + SPARE;
      return [Math.max(0, first), Math.min(count(), Math.max(0, last))] as const;
    },
    undefined,
    { equals: (a, b) => a[0] === b[0] && a[1] === b[1] },
  );
  const topOf = (index: number): number => EDGE + index * rowHeight();
  return {
    attach(element) {
      scroller = element;
      const resize = new ResizeObserver(read);
      resize.observe(element);
      element.addEventListener("scroll", read, { passive: true });
      onCleanup(() => resize.disconnect());
    },
    range,
    total: () => count() * rowHeight() + 2 * EDGE,
    rowHeight,
    topOf,
    page: () => Math.max(1, Math.floor(height() / rowHeight()) - 1),
    scrollTo(index) {
      if (!scroller) return;
      const from = topOf(index) - EDGE;
      const to = topOf(index) + rowHeight() + EDGE;
      if (from < scroller.scrollTop) scroller.scrollTop = from;
      else if (to > scroller.scrollTop + scroller.clientHeight)
        scroller.scrollTop = to - scroller.clientHeight;
      read();
    },
  };
}
