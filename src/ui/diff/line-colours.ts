import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";

import type { DiffItem, DiffLine } from "./diff-lines.ts";
import { tokensByLine, type Token } from "./line-pieces.ts";

/** Above this many characters lines stay plain: colouring them would hold up the page. */
const LIMIT = 60_000;

export type LineColours = ReadonlyMap<DiffLine, readonly Token[]>;

/** Colours for the lines in view, once the highlighter is there. */
export function createLineColours(
  items: Accessor<readonly DiffItem[]>,
  language: Accessor<string | null>,
): Accessor<LineColours> {
  const [colours, setColours] = createSignal<LineColours>(new Map());
  createEffect(() => {
    const name = language();
    const shown = items();
    if (name === null || lengthOf(shown) > LIMIT) return;
    let stale = false;
    onCleanup(() => (stale = true));
    void import("../chat/markdown/highlighter.ts").then(({ highlight }) => {
      if (!stale) setColours(colourLines(shown, (code) => highlight(code, name)));
    });
  });
  return colours;
}

function lengthOf(items: readonly DiffItem[]): number {
  return items.reduce((sum, item) => sum + (item.kind === "gap" ? 0 : item.text.length), 0);
}

/** Each stretch without a gap is coloured as a whole, once as it was and once as it is: a comment may begin lines above. */
function colourLines(items: readonly DiffItem[], highlight: (code: string) => Node | null): LineColours {
  const colours = new Map<DiffLine, readonly Token[]>();
  for (const stretch of stretches(items)) {
    for (const left of ["removed", "added"] as const) {
      const lines = stretch.filter((line) => line.kind !== left);
      const coloured = highlight(lines.map((line) => line.text).join("\n"));
      const tokens = coloured ? tokensByLine(coloured) : [];
      lines.forEach((line, index) => colours.set(line, tokens[index] ?? []));
    }
  }
  return colours;
}

function stretches(items: readonly DiffItem[]): DiffLine[][] {
  const found: DiffLine[][] = [[]];
  for (const item of items) {
    if (item.kind === "gap") found.push([]);
    else found.at(-1)?.push(item);
  }
  return found.filter((stretch) => stretch.length > 0);
}
