import { createMarkdownView } from "./markdown-view.ts";
import { loadMend } from "./mend.ts";

/** Of each kind of block and mark one. No code fence: that would fetch the highlighter. */
const SAMPLES = [
  "## A heading\n\nWords, **bold**, _slanted_, ~~gone~~, `code`, [a link](https://example.com) and https://example.com.",
  "- one\n- two\n  - deeper\n\n1. first\n2. second",
  "| a | b |\n| --- | --- |\n| 1 | 2 |",
  "> quoted\n\n---\n\nA heading\n=========\n\n<kbd>key</kbd>",
];
/** For a browser without idle callbacks. Milliseconds. */
const PAUSE_MS = 200;

let isWarm = false;

/**
 * A browser compiles the grammar's expressions when they are first used, which
 * takes tens of milliseconds: done in idle moments, a first answer need not
 * wait for it.
 */
export function warmUpMarkdown(): void {
  if (isWarm) return;
  isWarm = true;
  // Without it half-written marks show for a moment; the text is there all the same.
  loadMend().catch(() => {});
  const left = [...SAMPLES];
  const next = (): void => {
    const sample = left.shift();
    if (sample === undefined) return;
    createMarkdownView(document.createElement("div")).update(sample, true);
    whenIdle(next);
  };
  whenIdle(next);
}

function whenIdle(task: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(task);
  else setTimeout(task, PAUSE_MS);
}
