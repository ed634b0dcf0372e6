import { marked, type Token } from "marked";
import { beforeAll, describe, expect, it } from "vitest";

import { grow, NO_BLOCKS, type Blocks } from "../../../src/ui/chat/markdown/blocks.ts";
import { loadMend } from "../../../src/ui/chat/markdown/mend.ts";

beforeAll(loadMend);

const TEXTS: Record<string, string> = {
  mixed:
    "# Title\n\nOne *two*\nthree.\n\n- a\n- b\n\n  more of b\n\n```js\nconst a = 1;\n\n# no heading\n```\n\nEnd.\n",
  "hash that is no heading": "text\n#hashtag goes on\n\nnext\n",
  "setext heading": "Title\n=====\n\nbody\n",
  table: "Before.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nAfter.\n",
  "list, then a rule": "- a\n- b\n\n---\n\n1. x\n2. y\n",
  quotes: "> one\ntwo\n\n> three\n\nfour\n",
  "windows line ends": "a\r\n\r\nb\r\n\r\n- c\r\n",
  "indented code": "para\n\n    code\n\n    code two\n\nend\n",
  html: "<details>\n<summary>s</summary>\n\ninside\n\n</details>\n\nafter\n",
  "two fences": "```\na\n```\n~~~py\nb\n~~~\nend",
};

function html(tokens: Token[]): string {
  return marked.parser(tokens);
}

/** Feeds a text in pieces of `size`; answers all stable HTML and the state at the end. */
function feed(text: string, size: number): { html: string; blocks: Blocks } {
  let blocks = NO_BLOCKS;
  let stable = "";
  for (let end = size; end < text.length + size; end += size) {
    const done = end >= text.length;
    const next = grow(blocks, text.slice(0, end), done);
    if (!next) throw new Error("grow refused a text that only grew");
    stable += html(next.added);
    blocks = next;
  }
  return { html: stable, blocks };
}

describe("blocks of growing Markdown", () => {
  for (const [name, text] of Object.entries(TEXTS)) {
    it(`reads "${name}" in pieces as it does in one`, () => {
      const whole = marked.parse(text.replaceAll("\r\n", "\n"), { async: false });
      for (const size of [1, 2, 3, 7, 50]) expect(feed(text, size).html, `pieces of ${size}`).toBe(whole);
    });
  }

  it("reads again only what follows the last stable block", () => {
    const paragraph = `${"word ".repeat(40)}\n\n`;
    const blocks = grow(NO_BLOCKS, paragraph.repeat(50), false);
    expect(blocks?.stableEnd).toBeGreaterThanOrEqual(paragraph.length * 48);
  });

  it("closes half-written marks at the end, and drops half a link", () => {
    const blocks = grow(NO_BLOCKS, "This is **bold and [a link](https://exam", false);
    const out = html(blocks?.tail ?? []);
    expect(out).toContain("<strong>");
    expect(out).not.toContain("href");
  });

  it("leaves an open fence as code", () => {
    const blocks = grow(NO_BLOCKS, "```js\nconst **a = 1", false);
    expect(html(blocks?.tail ?? [])).toContain("const **a = 1");
  });

  it("answers null for a text that does not begin with the old one", () => {
    const blocks = grow(NO_BLOCKS, "one two", false);
    expect(grow(blocks ?? NO_BLOCKS, "other", false)).toBeNull();
  });

  it("notices a definition below text that may use it", () => {
    const first = grow(NO_BLOCKS, "See [x].\n\nMore.\n\n", false);
    const next = grow(first ?? NO_BLOCKS, "See [x].\n\nMore.\n\n[x]: https://example.org\n", true);
    expect(next?.lateLinks).toBe(true);
  });
});
