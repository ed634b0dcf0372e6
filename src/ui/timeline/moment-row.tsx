import GitCompare from "lucide-solid/icons/git-compare";
import { createEffect, createUniqueId, For, Show, type JSX } from "solid-js";

import type { Snapshot } from "../../domain/snapshot.ts";
import type { Moments } from "../diff/comparison.ts";
import { formatExact } from "../format/time.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { historyTexts } from "../texts/history-texts.ts";
import type { SnapshotChoice } from "./choice.ts";
import { timeInDay } from "./day-words.ts";
import { labelOf } from "./history-actions.ts";
import { KindIcon } from "./kind-icon.tsx";
import type { RowCounts } from "./row-counts.ts";
import { momentsOf, type TimelineRow } from "./timeline-rows.ts";

/** What rows of the timeline can do, and what they know. */
export interface RowContext {
  now: number;
  /** The snapshot whose files are the files of now. */
  here: string | null;
  /** Restoring must wait. */
  blocked: boolean;
  counts: RowCounts;
  isChosen: (moments: Moments) => boolean;
  /** A reply's row is opened by this. */
  isUnfolded: (id: string) => boolean;
  fold: (id: string, open: boolean) => void;
  onChoose: (choice: SnapshotChoice) => void;
  onCompare: (snapshot: Snapshot) => void;
  onRestore: (snapshot: Snapshot) => void;
}

/** A snapshot of the timeline, or a reply's, which unfolds to its steps. */
export function MomentRow(props: { row: TimelineRow; context: RowContext }): JSX.Element {
  const metaId = createUniqueId();
  const snapshot = (): Snapshot => props.row.snapshot;
  const moments = (): Moments => momentsOf(props.row);
  const several = (): boolean => props.row.steps.length > 1;
  const unfolded = (): boolean => several() && props.context.isUnfolded(snapshot().id);
  return (
    <li class="moment" classList={{ "is-chosen": props.context.isChosen(moments()) }} data-id={snapshot().id}>
      <div class="moment-line">
        <span class="moment-icon">
          <KindIcon kind={snapshot().kind} />
        </span>
        <div class="moment-main">
          <button
            type="button"
            class="moment-open"
            aria-current={props.context.isChosen(moments()) ? "true" : undefined}
            aria-describedby={metaId}
            title={labelOf(snapshot())}
            onClick={() =>
              props.context.onChoose({
                snapshot: snapshot(),
                moments: moments(),
                title: labelOf(snapshot()),
              })
            }
          >
            {labelOf(snapshot())}
          </button>
          <RowMeta id={metaId} row={props.row} context={props.context} />
        </div>
        <MomentEnd snapshot={snapshot()} context={props.context} />
      </div>
      <Show when={unfolded()}>
        <ol class="plain moment-steps">
          <For each={props.row.steps}>{(step) => <StepRow step={step} context={props.context} />}</For>
        </ol>
      </Show>
    </li>
  );
}

/** Why it was kept, what was called, and how many files it changed. */
function RowMeta(props: { id: string; row: TimelineRow; context: RowContext }): JSX.Element {
  const snapshot = (): Snapshot => props.row.snapshot;
  const several = (): boolean => props.row.steps.length > 1;
  createEffect(() => several() && props.context.counts.want(momentsOf(props.row)));
  const count = (): number | undefined =>
    several() ? props.context.counts.of(momentsOf(props.row)) : snapshot().changed;
  return (
    <p class="moment-meta" id={props.id}>
      <Show when={props.context.here === snapshot().id}>
        <span class="moment-here">
          <b>{historyTexts.timeline.here}</b>
        </span>
      </Show>
      <span>{historyTexts.timeline.kinds[snapshot().kind]}</span>
      <Show when={!several() && snapshot().detail}>
        <span class="cut moment-detail">{detailOf(snapshot())}</span>
      </Show>
      <Show when={count() !== undefined}>
        <span class="numbers">{historyTexts.timeline.files(count() ?? 0)}</span>
      </Show>
      <Show when={several()}>
        <span>
          <Unfold
            row={props.row}
            open={props.context.isUnfolded(snapshot().id)}
            onToggle={(open) => props.context.fold(snapshot().id, open)}
          />
        </span>
      </Show>
    </p>
  );
}

/** What a merge tells is the files that were changed on both sides. */
function detailOf({ kind, detail }: Snapshot): string {
  return kind === "merge" ? historyTexts.timeline.keptBoth(detail) : detail;
}

function Unfold(props: { row: TimelineRow; open: boolean; onToggle: (open: boolean) => void }): JSX.Element {
  const count = (): number => props.row.steps.length;
  return (
    <button
      type="button"
      class="text-button moment-unfold numbers"
      aria-expanded={props.open}
      title={props.open ? historyTexts.timeline.hideSteps : historyTexts.timeline.showSteps(count())}
      onClick={() => props.onToggle(!props.open)}
    >
      {historyTexts.timeline.steps(count())}
    </button>
  );
}

/** What one step changed by itself, under what was called. */
export function stepChoice(step: Snapshot): SnapshotChoice {
  return {
    snapshot: step,
    moments: { from: step.parents[0] ?? null, to: step.id },
    title: step.detail || labelOf(step),
  };
}

/** One step of a reply: what was called, and what it changed. */
function StepRow(props: { step: Snapshot; context: RowContext }): JSX.Element {
  const metaId = createUniqueId();
  const chosen = (): boolean => props.context.isChosen(stepChoice(props.step).moments);
  return (
    <li class="moment-line moment-step" classList={{ "is-chosen": chosen() }} data-id={props.step.id}>
      <div class="moment-main">
        <button
          type="button"
          class="moment-open"
          aria-current={chosen() ? "true" : undefined}
          aria-describedby={metaId}
          title={stepChoice(props.step).title}
          onClick={() => props.context.onChoose(stepChoice(props.step))}
        >
          {stepChoice(props.step).title}
        </button>
        <p class="moment-meta numbers" id={metaId}>
          <span>{historyTexts.timeline.files(props.step.changed)}</span>
        </p>
      </div>
      <MomentEnd snapshot={props.step} context={props.context} />
    </li>
  );
}

/** When it was, and what can be done with it. */
function MomentEnd(props: { snapshot: Snapshot; context: RowContext }): JSX.Element {
  const label = (): string => labelOf(props.snapshot);
  return (
    <>
      <time
        class="moment-time numbers"
        datetime={new Date(props.snapshot.timestamp).toISOString()}
        title={formatExact(props.snapshot.timestamp)}
      >
        {timeInDay(props.snapshot.timestamp, props.context.now)}
      </time>
      <Show when={props.context.here !== props.snapshot.id}>
        <div class="moment-actions">
          <IconButton
            class="moment-compare"
            label={historyTexts.timeline.compareNow(label())}
            onClick={() => props.context.onCompare(props.snapshot)}
          >
            <GitCompare size={15} />
          </IconButton>
          <button
            type="button"
            class="button"
            disabled={props.context.blocked}
            aria-label={historyTexts.timeline.restoreTo(label())}
            title={
              props.context.blocked
                ? historyTexts.timeline.whileRunning
                : historyTexts.timeline.restoreTo(label())
            }
            onClick={() => props.context.onRestore(props.snapshot)}
          >
            {historyTexts.timeline.restore}
          </button>
        </div>
      </Show>
    </>
  );
}
