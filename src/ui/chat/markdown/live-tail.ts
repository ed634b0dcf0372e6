import type { Token, Tokens } from "marked";

import { dressBlocks } from "./code-block.ts";
import { renderTokens } from "./render.ts";

/** Draws the end of a growing text. What it holds already is kept where that is cheap to tell. */
export interface LiveTail {
  draw(tokens: readonly Token[]): void;
}

/** Lines of one piece of a growing code block: a piece that is full is not laid out again. */
const CHUNK_LINES = 40;

interface CodeState {
  kind: "code";
  language: string;
  text: string;
  code: HTMLElement;
}
interface ListState {
  kind: "list";
  /** Kind, start and spacing: a list that changes in one of them is drawn anew. */
  shape: string;
  items: string[];
  list: Element;
}
type State = CodeState | ListState | null;

export function createLiveTail(live: HTMLElement): LiveTail {
  let state: State = null;
  return {
    draw(tokens) {
      const blocks = tokens.filter((token) => token.type !== "space");
      const only = blocks.length === 1 ? blocks[0] : undefined;
      if (only?.type === "code") state = drawCode(live, only as Tokens.Code, state);
      else if (only?.type === "list") state = drawList(live, only as Tokens.List, state);
      else {
        state = null;
        live.replaceChildren(renderTokens(tokens));
        dressBlocks(live);
      }
    },
  };
}

function drawCode(live: HTMLElement, token: Tokens.Code, old: State): CodeState | null {
  const language = token.lang ?? "";
  if (old?.kind === "code" && old.language === language && token.text.startsWith(old.text)) {
    appendCode(old.code, token.text.slice(old.text.length));
    return { ...old, text: token.text };
  }
  live.replaceChildren(renderTokens([token]));
  const block = dressBlocks(live)[0];
  if (!block) return null;
  block.code.replaceChildren();
  appendCode(block.code, token.text);
  return { kind: "code", language, text: token.text, code: block.code };
}

function appendCode(code: HTMLElement, text: string): void {
  for (const line of text.split(/(?<=\n)/)) {
    const last = code.lastElementChild;
    const chunk = last instanceof HTMLElement && !isFull(last) ? last : addChunk(code);
    chunk.append(line);
    if (line.endsWith("\n")) chunk.dataset["lines"] = String(Number(chunk.dataset["lines"] ?? "0") + 1);
  }
}

function isFull(chunk: HTMLElement): boolean {
  return Number(chunk.dataset["lines"] ?? "0") >= CHUNK_LINES;
}

function addChunk(code: HTMLElement): HTMLElement {
  const chunk = document.createElement("span");
  chunk.className = "code-chunk";
  code.append(chunk);
  return chunk;
}

function drawList(live: HTMLElement, token: Tokens.List, old: State): ListState | null {
  const shape = `${token.ordered} ${token.start} ${token.loose}`;
  const items = token.items.map((item) => item.raw);
  const kept = old?.kind === "list" && old.shape === shape ? old : null;
  if (!kept) {
    live.replaceChildren(renderTokens([token]));
    dressBlocks(live);
    const list = live.firstElementChild;
    return list && list.childElementCount === items.length ? { kind: "list", shape, items, list } : null;
  }
  const same = firstDifference(kept.items, items);
  while (kept.list.childElementCount > same) kept.list.lastElementChild?.remove();
  // Items render alone as they do in their list; only their nodes are taken.
  const fragment = renderTokens([{ ...token, items: token.items.slice(same) }]);
  dressBlocks(fragment);
  kept.list.append(...(fragment.firstElementChild?.children ?? []));
  return kept.list.childElementCount === items.length ? { ...kept, items } : null;
}

function firstDifference(a: readonly string[], b: readonly string[]): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return index;
}
