import { Marked, type Token } from "marked";

import { sanitize } from "./sanitize.ts";

/** Headings of a message stand below the page's h1 and the message's own h2. */
const HEADING_OFFSET = 2;

/** Tags a model may write itself; others, and any with attributes, are shown as the text they are. */
const PLAIN_TAG = /^<\/?(?:br|kbd|sub|sup|details|summary|del|em|strong)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  renderer: {
    html({ text }) {
      return text.replaceAll(/<[^>]*>?/g, (tag) => (PLAIN_TAG.test(tag) ? tag : escapeHtml(tag)));
    },
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + HEADING_OFFSET);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
  },
});

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Tokens as safe nodes. */
export function renderTokens(tokens: readonly Token[]): DocumentFragment {
  return sanitize(marked.parser([...tokens]));
}
