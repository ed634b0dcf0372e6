import { createSignal, onCleanup, type Accessor } from "solid-js";

/** A sign-in link that was opened in this browser. */
export interface Pairing {
  /** Its address; null when there is none to deal with. */
  link: Accessor<string | null>;
  /** Takes it out of the page's address and of the history. */
  end: () => void;
}

/** Watches the page's address for a sign-in link. Call it inside a root. */
export function createPairing(): Pairing {
  const [link, setLink] = createSignal(linkInAddress());
  const onHash = (): void => {
    setLink(linkInAddress());
  };
  addEventListener("hashchange", onHash);
  onCleanup(() => removeEventListener("hashchange", onHash));
  return {
    link,
    end() {
      if (linkInAddress() !== null) history.replaceState(null, "", location.pathname + location.search);
      setLink(null);
    },
  };
}

function linkInAddress(): string | null {
  return /^#\/pair\/[0-9a-f]{32}$/.test(location.hash) ? location.href : null;
}
