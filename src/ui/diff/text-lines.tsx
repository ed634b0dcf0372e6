import UnfoldVertical from "lucide-solid/icons/unfold-vertical";
import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import { baseName } from "../../domain/paths.ts";
import type { DiffHunk } from "../../domain/snapshot.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { codeLanguage } from "./code-language.ts";
import {
  NOTHING_REVEALED,
  toItems,
  toRegions,
  toSplitRows,
  type DiffGap,
  type DiffItem,
  type DiffLine,
  type Revealed,
  type SplitRow,
} from "./diff-lines.ts";
import { LineCode } from "./line-code.tsx";
import { createLineColours, type LineColours } from "./line-colours.ts";
import { diffOptions } from "./view-options.ts";

/** Unchanged lines one press brings into view at each end of a gap. */
const REVEAL_STEP = 50;
const FIRST_LINES = 600;
const MORE_LINES = 1_000;

/** The changed lines of one file. `newText` reads the newer side, for the lines in between. */
export function TextLines(props: {
  path: string;
  hunks: readonly DiffHunk[];
  split: boolean;
  newText: () => Promise<string>;
}): JSX.Element {
  let box!: HTMLDivElement;
  const [revealed, setRevealed] = createSignal<Revealed>(NOTHING_REVEALED);
  const [limit, setLimit] = createSignal(FIRST_LINES);
  const regions = createMemo(() => toRegions(props.hunks));
  // Other lines: what was in view of the old ones is somewhere else now.
  createEffect(on(regions, () => setRevealed(NOTHING_REVEALED), { defer: true }));
  const all = createMemo(() => toItems(regions(), revealed()));
  const items = createMemo(() => (all().length > limit() ? all().slice(0, limit()) : all()));
  const colours = createLineColours(items, () => codeLanguage(props.path));
  const reveal = async (gap: DiffGap): Promise<void> => {
    const lines = revealed().lines ?? (await readLines(props.newText));
    if (!lines) return;
    setRevealed((old) => ({
      lines,
      shown: new Map(old.shown).set(gap.index, (old.shown.get(gap.index) ?? 0) + REVEAL_STEP),
    }));
    // The button that was pressed is gone: the one in its place has the focus, or the lines.
    (box.querySelector<HTMLElement>(`[data-gap="${gap.index}"]`) ?? box).focus();
  };
  return (
    <>
      <div
        ref={(element) => (box = element)}
        class="diff-lines"
        classList={{ "is-split": props.split, "is-wrapped": diffOptions().wrap || props.split }}
        tabindex={0}
        role="group"
        aria-label={historyTexts.changes.lines(baseName(props.path))}
        style={{ "--digits": String(digitsOf(regions().at(-1)?.end)) }}
      >
        <Show
          when={props.split}
          fallback={<Unified items={items()} colours={colours()} onReveal={(gap) => void reveal(gap)} />}
        >
          <Split rows={toSplitRows(items())} colours={colours()} onReveal={(gap) => void reveal(gap)} />
        </Show>
      </div>
      <Show when={all().length > limit()}>
        <button type="button" class="diff-more" onClick={() => setLimit(limit() + MORE_LINES)}>
          {historyTexts.changes.moreLines(
            Math.min(MORE_LINES, all().length - limit()).toLocaleString(t.locale),
          )}
        </button>
      </Show>
    </>
  );
}

function digitsOf(end: { before: number; after: number } | undefined): number {
  return String(Math.max(end?.before ?? 1, end?.after ?? 1)).length;
}

/** The newer side's lines; null, with words in a toast, when they cannot be read. */
async function readLines(read: () => Promise<string>): Promise<string[] | null> {
  try {
    const lines = (await read()).split(/\r\n|\n/);
    // A newline at the end closes the last line; it does not begin another.
    if (lines.at(-1) === "") lines.pop();
    return lines;
  } catch (error) {
    showToast({ text: toErrorValue(error).message, tone: "danger" });
    return null;
  }
}

interface RowsProps {
  colours: LineColours;
  onReveal: (gap: DiffGap) => void;
}

function Unified(props: RowsProps & { items: readonly DiffItem[] }): JSX.Element {
  return (
    <For each={props.items}>
      {(item) =>
        item.kind === "gap" ? (
          <GapRow gap={item} onReveal={props.onReveal} />
        ) : (
          <div class="diff-line" data-kind={item.kind}>
            <span class="diff-number" data-n={item.before ?? ""} />
            <span class="diff-number" data-n={item.after ?? ""} />
            <LineCode line={item} colours={props.colours} />
          </div>
        )
      }
    </For>
  );
}

function Split(props: RowsProps & { rows: readonly SplitRow[] }): JSX.Element {
  return (
    <For each={props.rows}>
      {(row) =>
        row.kind === "gap" ? (
          <GapRow gap={row} onReveal={props.onReveal} />
        ) : (
          <div class="diff-pair">
            <SplitSide line={row.left} number={row.left?.before ?? null} colours={props.colours} />
            <SplitSide line={row.right} number={row.right?.after ?? null} colours={props.colours} />
          </div>
        )
      }
    </For>
  );
}

function SplitSide(props: {
  line: DiffLine | null;
  number: number | null;
  colours: LineColours;
}): JSX.Element {
  return (
    <div class="diff-line" data-kind={props.line?.kind ?? "none"}>
      <span class="diff-number" data-n={props.number ?? ""} />
      <Show when={props.line} fallback={<span class="diff-code" />}>
        {(line) => <LineCode line={line()} colours={props.colours} />}
      </Show>
    </div>
  );
}

function GapRow(props: { gap: DiffGap; onReveal: (gap: DiffGap) => void }): JSX.Element {
  const words = (): string => {
    const { hidden } = props.gap;
    if (hidden === null) return historyTexts.changes.unchangedRest;
    return hidden === 1
      ? historyTexts.changes.unchangedOne
      : historyTexts.changes.unchanged(hidden.toLocaleString(t.locale));
  };
  return (
    <button
      type="button"
      class="diff-gap"
      data-gap={props.gap.index}
      onClick={() => props.onReveal(props.gap)}
    >
      <UnfoldVertical size={13} />
      {words()}
    </button>
  );
}
