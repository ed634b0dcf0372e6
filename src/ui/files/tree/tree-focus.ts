import { createSignal, type Accessor } from "solid-js";

/** Which row of the tree is the current one: the one in the tab order, and what the toolbar means. */
export interface TreeFocus {
  active: Accessor<string | null>;
  setActive: (path: string | null) => void;
  /** A row that is to get the focus as soon as it is drawn; null for none. */
  awaited: Accessor<string | null>;
  /** Makes a row the current one and gives it the focus, also when it is not there yet. */
  focus: (path: string) => void;
  arrived: () => void;
}

export function createTreeFocus(): TreeFocus {
  const [active, setActive] = createSignal<string | null>(null);
  const [awaited, setAwaited] = createSignal<string | null>(null);
  return {
    active,
    setActive,
    awaited,
    focus: (path) => {
      setActive(path);
      setAwaited(path);
    },
    arrived: () => setAwaited(null),
  };
}
