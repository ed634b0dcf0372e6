import { createSignal, onCleanup, onMount, type Accessor } from "solid-js";

const NEAR_END = 80;

/** Keeps a scroller at its end while the reader is within 80 px of it. */
export interface Follow {
  /** True when something new came below what is being read. */
  newBelow: Accessor<boolean>;
  toEnd: () => void;
  /** The reader opened or shut something: what they look at must not move. */
  hold: () => void;
}

export function createFollow(scroller: () => HTMLElement, content: () => HTMLElement): Follow {
  const [newBelow, setNewBelow] = createSignal(false);
  let following = true;
  let held = false;
  let height = 0;
  const distance = (): number => {
    const box = scroller();
    return box.scrollHeight - box.scrollTop - box.clientHeight;
  };
  const toEnd = (): void => {
    following = true;
    setNewBelow(false);
    const box = scroller();
    box.scrollTop = box.scrollHeight;
  };
  const onScroll = (): void => {
    following = distance() <= NEAR_END;
    if (following) setNewBelow(false);
  };
  const onResize = (): void => {
    const grew = content().offsetHeight - height;
    height = content().offsetHeight;
    if (held) {
      held = false;
      following = distance() <= NEAR_END;
    } else if (following) toEnd();
    else if (grew > 0) setNewBelow(true);
  };
  onMount(() => {
    const observer = new ResizeObserver(onResize);
    observer.observe(content());
    observer.observe(scroller());
    scroller().addEventListener("scroll", onScroll, { passive: true });
    onCleanup(() => {
      observer.disconnect();
      scroller().removeEventListener("scroll", onScroll);
    });
  });
  return {
    newBelow,
    toEnd,
    hold: () => {
      held = true;
      // A press that changed no height must not hold back what streams in next.
      setTimeout(() => (held = false), 120);
    },
  };
}
