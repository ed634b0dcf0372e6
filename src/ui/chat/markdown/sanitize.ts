import createDOMPurify, { type Config, type DOMPurify } from "dompurify";

const TAGS = [
  ..."a blockquote br code del details em h3 h4 h5 h6 hr img input kbd li ol p pre s strong sub summary sup".split(
    " ",
  ),
  ..."table tbody td th thead tr ul".split(" "),
];

const CONFIG: Config = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: [
    "href",
    "src",
    "alt",
    "title",
    "class",
    "type",
    "checked",
    "disabled",
    "align",
    "start",
    "open",
  ],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  // Every other attribute's value would have to be an address too.
  ADD_URI_SAFE_ATTR: ["type", "align", "start"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

let purifier: DOMPurify | undefined;

/** HTML of an untrusted author as nodes: an allow-list of tags and attributes, web and mail links only, no remote images. */
export function sanitize(html: string): DocumentFragment {
  purifier ??= makePurifier();
  return purifier.sanitize(html, { ...CONFIG, RETURN_DOM_FRAGMENT: true });
}

function makePurifier(): DOMPurify {
  // An instance of its own: hooks are global to an instance.
  const made = createDOMPurify(window);
  made.addHook("afterSanitizeAttributes", (node) => {
    if (node.hasAttribute("class") && !isLanguageClass(node)) node.removeAttribute("class");
    if (node instanceof HTMLAnchorElement) fixLink(node);
    else if (node instanceof HTMLImageElement) fixImage(node);
    else if (node instanceof HTMLInputElement) fixBox(node);
  });
  return made;
}

function isLanguageClass(node: Element): boolean {
  return node.localName === "code" && /^language-[\w+#.-]+$/.test(node.className);
}

function fixLink(link: HTMLAnchorElement): void {
  if (!link.hasAttribute("href")) return;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

/** An image of another site would tell it that the message was read; it becomes a link. */
function fixImage(image: HTMLImageElement): void {
  const source = image.getAttribute("src") ?? "";
  if (source.startsWith("data:image/")) return;
  const name = image.getAttribute("alt") || source;
  image.removeAttribute("src");
  if (!/^https?:/i.test(source)) {
    image.replaceWith(name);
    return;
  }
  const link = document.createElement("a");
  link.href = source;
  link.textContent = name;
  fixLink(link);
  image.replaceWith(link);
}

/** The only input is the box of a task list. */
function fixBox(box: HTMLInputElement): void {
  if (box.type !== "checkbox") {
    box.remove();
    return;
  }
  box.disabled = true;
}
