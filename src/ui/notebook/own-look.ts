import { readableOn } from "./readable-colour.ts";

/**
 * The looks a table may bring along: colours and weights of its cells, as
 * pandas' Styler sets them. None of these can leave the box or load anything.
 */
const PROPERTIES = [
  "color",
  "background-color",
  "background-image",
  "font-weight",
  "font-style",
  "text-align",
  "text-decoration-line",
];
/** Values that load something, read something, or say nothing of their own. */
const UNFIT = /url|image-set|var\(|attr\(|env\(|[;{}"'\\]|^(?:initial|inherit|unset|revert.*)$/i;
/** More rules than this would hold up the page; a styled table has one for each colour. */
const MAX_RULES = 2000;

/** The attribute that carries an element's looks through the sanitiser. */
export const LOOK = "data-look";

/**
 * HTML without its style sheets, which come apart, and with its `style`
 * attributes as LOOK. The page's policy refuses both, and the browser says so
 * for each, even where they are only read. What this misses, the sanitiser drops.
 */
export function takeStyles(html: string): { html: string; css: string } {
  const sheets: string[] = [];
  let rest = "";
  let end = 0;
  // By steps: a pattern would read to the end again for each sheet that is not closed.
  for (;;) {
    const open = indexOf(html, /<style\b[^<>]*>/gi, end);
    const close = open ? indexOf(html, /<\/style\s*>/gi, open.end) : null;
    if (!open || !close) break;
    sheets.push(html.slice(open.end, close.start));
    rest += html.slice(end, open.start);
    end = close.end;
  }
  const plain = rest + html.slice(end);
  return {
    html: plain.replaceAll(/(<[a-z][^<>]*?\s)style(\s*=)/gi, `$1${LOOK}$2`),
    css: sheets.join("\n"),
  };
}

function indexOf(text: string, pattern: RegExp, from: number): { start: number; end: number } | null {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match && { start: match.index, end: pattern.lastIndex };
}

/** Writes what style sheets say of the elements below `root` into their LOOK attributes. */
export function gatherLooks(root: ParentNode, css: string): void {
  if (css === "") return;
  const looks = new Map<Element, string>();
  for (const rule of rulesOf(css).slice(0, MAX_RULES)) {
    const look = lookOf(rule.style);
    if (look === "") continue;
    for (const element of matches(root, rule.selectorText))
      looks.set(element, `${looks.get(element) ?? ""}${look}`);
  }
  // What an element says itself comes last and wins.
  for (const [element, look] of looks)
    element.setAttribute(LOOK, `${look}${element.getAttribute(LOOK) ?? ""}`);
}

/** Gives the elements of sanitised nodes their looks. True when one has colours of its own. */
export function applyLooks(root: ParentNode): boolean {
  let coloured = false;
  for (const element of root.querySelectorAll<HTMLElement>(`[${LOOK}]`)) {
    const declared = rulesOf(`x{${element.getAttribute(LOOK) ?? ""}}`)[0]?.style;
    element.removeAttribute(LOOK);
    if (!declared) continue;
    for (const property of PROPERTIES) {
      const value = declared.getPropertyValue(property);
      if (!isHarmless(property, value)) continue;
      // By the object model: an attribute would be refused by the page's policy.
      element.style.setProperty(property, value);
      coloured ||= property.includes("color") || property === "background-image";
    }
    const { color, backgroundColor } = element.style;
    if (backgroundColor !== "") element.style.color = readableOn(backgroundColor, color);
  }
  return coloured;
}

function rulesOf(text: string): CSSStyleRule[] {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].filter((rule) => rule instanceof CSSStyleRule);
}

function lookOf(style: CSSStyleDeclaration): string {
  return PROPERTIES.map((property) => [property, style.getPropertyValue(property)] as const)
    .filter(([property, value]) => isHarmless(property, value))
    .map(([property, value]) => `${property}:${value};`)
    .join("");
}

function isHarmless(property: string, value: string): boolean {
  if (value === "" || UNFIT.test(value)) return false;
  return property !== "background-image" || value.startsWith("linear-gradient(");
}

function matches(root: ParentNode, selector: string): Iterable<Element> {
  // The one selector whose cost grows with the square of the page, and more when nested.
  if (selector.includes(":has(")) return [];
  try {
    return root.querySelectorAll(selector);
  } catch {
    // A selector the browser reads in a sheet and not here, like a vendor's pseudo-element.
    return [];
  }
}
