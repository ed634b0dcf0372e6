import DOMPurify from "dompurify";
import highlighter from "highlight.js/lib/common";
import { marked } from "marked";

/** What most chat pages do for each chunk: parse, clean and highlight the whole text again. */
export function render(text: string, into: Element): void {
  into.innerHTML = DOMPurify.sanitize(marked.parse(text, { async: false }));
  for (const block of into.querySelectorAll<HTMLElement>("pre code")) highlighter.highlightElement(block);
}
