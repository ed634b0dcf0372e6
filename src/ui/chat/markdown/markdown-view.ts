import type { Token } from "marked";

import { dressBlocks, highlightLater } from "./code-block.ts";
import { grow, NO_BLOCKS, type Blocks } from "./blocks.ts";
import { createLiveTail } from "./live-tail.ts";
import { renderTokens } from "./render.ts";

/** Draws Markdown that grows: finished blocks stay as they are, only the end is drawn again. */
export interface MarkdownView {
  update(text: string, done: boolean): void;
}

export function createMarkdownView(root: HTMLElement): MarkdownView {
  const live = document.createElement("div");
  live.className = "md-live";
  const tail = createLiveTail(live);
  let blocks: Blocks = NO_BLOCKS;
  let finished = false;
  const restart = (): void => {
    blocks = NO_BLOCKS;
    finished = false;
    root.replaceChildren(live);
  };
  const draw = (next: Blocks, done: boolean): void => {
    if (next.added.length > 0) root.insertBefore(drawStable(next.added), live);
    tail.draw(next.tail);
    blocks = next;
    finished = done;
  };
  restart();
  return {
    update(text, done) {
      if (finished && text === blocks.text) return;
      if (finished) restart();
      const next = grow(blocks, text, done);
      if (next && !(done && next.lateLinks)) {
        draw(next, done);
        return;
      }
      // Another text, or a definition that blocks above refer to: all of it anew.
      restart();
      const whole = grow(NO_BLOCKS, text, done);
      if (whole) draw(whole, done);
    },
  };
}

function drawStable(tokens: readonly Token[]): DocumentFragment {
  const fragment = renderTokens(tokens);
  for (const block of dressBlocks(fragment)) highlightLater(block);
  return fragment;
}
