import { createSignal, onCleanup, type Accessor } from "solid-js";

import { parseLink, type LinkKind } from "../../domain/link.ts";

/** A link that was opened in this browser. */
export interface OpenedLink {
  /** Its address; null when there is none to deal with. */
  link: Accessor<string | null>;
  /** Takes it out of the page's address and of the history. */
  end: () => void;
}

/** Watches the page's address for a link of a kind. Call it inside a root. */
export function createOpenedLink(kind: LinkKind): OpenedLink {
  const [link, setLink] = createSignal(linkInAddress(kind));
  const onHash = (): void => {
    setLink(linkInAddress(kind));
  };
  addEventListener("hashchange", onHash);
  onCleanup(() => removeEventListener("hashchange", onHash));
  return {
    link,
    end() {
      if (linkInAddress(kind) !== null) history.replaceState(null, "", location.pathname + location.search);
      setLink(null);
    },
  };
}

function linkInAddress(kind: LinkKind): string | null {
  return parseLink(location.hash)?.kind === kind ? location.href : null;
}
