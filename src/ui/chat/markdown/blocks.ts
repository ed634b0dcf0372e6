import { Lexer, type Token, type TokensList } from "marked";

import { mend } from "./mend.ts";

type Links = TokensList["links"];

/** Markdown that grows at its end, cut into top-level blocks. */
export interface Blocks {
  /** The text so far. */
  text: string;
  /** Characters of `text` that the stable blocks cover. */
  stableEnd: number;
  /** How many blocks will not change any more, whatever follows. */
  stableCount: number;
  /** Blocks that became stable with the last `grow`. */
  added: Token[];
  /** The rest, as it reads now: half-written marks are closed. */
  tail: Token[];
  /** Link definitions seen so far. */
  links: Links;
  /** True when a link definition stands below text that may refer to it. */
  lateLinks: boolean;
}

export const NO_BLOCKS: Blocks = {
  text: "",
  stableEnd: 0,
  stableCount: 0,
  added: [],
  tail: [],
  links: {},
  lateLinks: false,
};

/**
 * The blocks after the text has grown to `text`. Only what follows the last
 * stable block is read again. `done` makes all of it stable. Null when `text`
 * does not begin with the old one: start again from NO_BLOCKS.
 */
export function grow(old: Blocks, text: string, done: boolean): Blocks | null {
  const clean = text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
  if (!clean.startsWith(old.text)) return null;
  const rest = clean.slice(old.stableEnd);
  const { tokens, links } = lex(rest, old.links);
  const count = done ? tokens.length : stablePrefix(tokens, rest);
  const added = tokens.slice(0, count);
  const length = added.reduce((sum, token) => sum + token.raw.length, 0);
  const lateLinks =
    old.lateLinks || (old.stableCount > 0 && Object.keys(links).length > Object.keys(old.links).length);
  return {
    text: clean,
    stableEnd: old.stableEnd + length,
    stableCount: old.stableCount + count,
    added,
    tail: done ? [] : readTail(tokens.slice(count), rest.slice(length), links),
    links,
    lateLinks,
  };
}

function lex(text: string, links: Links): { tokens: Token[]; links: Links } {
  const lexer = new Lexer({ gfm: true });
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(text);
  return { tokens: [...tokens], links: tokens.links };
}

/**
 * How many of the first tokens can no longer change. A block is over when
 * another one has begun below it, and that one's first line is whole: half a
 * line may still turn out to belong to the block above.
 */
function stablePrefix(tokens: readonly Token[], text: string): number {
  const blocks = tokens
    .map((token, index) => ({ token, index }))
    .filter(({ token }) => token.type !== "space");
  const last = blocks.at(-1);
  const before = blocks.at(-2);
  if (!last || !before) return 0;
  if (covered(tokens) !== text.length) return 0;
  const lineIsWhole = last.token.raw.includes("\n") || last.index < tokens.length - 1;
  return lineIsWhole ? last.index : before.index;
}

/** Positions count only while the tokens' own text adds up to the source. */
function covered(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + token.raw.length, 0);
}

function readTail(tokens: Token[], text: string, links: Links): Token[] {
  const last = tokens.findLast((token) => token.type !== "space");
  // Inside a fence nothing is markup.
  if (!last || last.type === "code") return tokens;
  const whole = mend(text);
  return whole === text ? tokens : lex(whole, links).tokens;
}
