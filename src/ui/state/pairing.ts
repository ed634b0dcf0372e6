import { createSignal, onCleanup, type Accessor } from "solid-js";

/** What a link does: pair signs in, join lets into a conversation, welcome makes an account. */
type LinkKind = "pair" | "join" | "welcome";

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
  const [, found] =
    /^#\/(pair|join|welcome)\/[0-9a-f]{32}(?:\.[A-Za-z0-9_-]{43}(?:\.[0-9a-f]{32})?)?$/.exec(location.hash) ??
    [];
  return found === kind ? location.href : null;
}
