import createDOMPurify, { type DOMPurify } from "dompurify";

import { applyLooks, gatherLooks, LOOK, takeStyles } from "./own-look.ts";

const TAGS =
  "a abbr b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li mark ol p pre s small span strong sub summary sup table tbody td tfoot th thead tr u ul".split(
    " ",
  );
const ATTRIBUTES = ["href", "src", "alt", "title", "colspan", "rowspan", "align", "scope", "start", "open"];
/** What only works by scripts. */
const ACTIVE = "script, iframe, object, embed, canvas, video, audio";

export interface NotebookHtml {
  nodes: DocumentFragment;
  /** Whether something of it needed scripts. */
  active: boolean;
  /** Whether anything is left to see. */
  empty: boolean;
  /** Whether it has colours of its own, which are made for a light page. */
  coloured: boolean;
}

let purifier: DOMPurify | undefined;

/**
 * HTML of a cell as nodes, as strictly as Markdown is taken: an allow-list of
 * tags and attributes, no scripts, no forms, no ids or classes that would meet
 * the page's own, web and mail links that open elsewhere, pictures only where
 * they are in the HTML itself. Of its styles only harmless ones are kept.
 */
export function notebookHtml(html: string): NotebookHtml {
  const { html: plain, css } = takeStyles(html);
  const inert = new DOMParser().parseFromString(plain, "text/html");
  const active = inert.querySelector(ACTIVE) !== null;
  gatherLooks(inert, css);
  purifier ??= makePurifier();
  const nodes = purifier.sanitize(inert.body.innerHTML, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: [...ATTRIBUTES, LOOK],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
    // Every other attribute's value would have to be an address too.
    ADD_URI_SAFE_ATTR: ["colspan", "rowspan", "align", "scope", "start", LOOK],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  const coloured = applyLooks(nodes);
  const empty = (nodes.textContent ?? "").trim() === "" && nodes.querySelector("img, table, hr") === null;
  return { nodes, active, empty, coloured };
}

function makePurifier(): DOMPurify {
  // An instance of its own: hooks are global to an instance.
  const made = createDOMPurify(window);
  made.addHook("afterSanitizeAttributes", (node) => {
    if (node instanceof HTMLAnchorElement && node.hasAttribute("href")) {
      node.target = "_blank";
      node.rel = "noopener noreferrer";
    }
    // A picture of another site would tell it that the output was looked at.
    if (node instanceof HTMLImageElement && !node.getAttribute("src")?.startsWith("data:image/"))
      node.replaceWith(node.alt);
  });
  return made;
}
