import CircleDot from "lucide-solid/icons/circle-dot";
import { createMemo, createSignal, For, Match, Show, Switch, type JSX } from "solid-js";

import { WhenSeen } from "../diff/when-seen.tsx";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { dayHeading } from "./day-words.ts";
import { MomentRow, type RowContext } from "./moment-row.tsx";
import { withDays, type TimelineItem } from "./timeline-rows.ts";
import type { TimelineState } from "./timeline-state.ts";

/** Snapshots by day, newest first, with the unsaved changes above them. */
export function TimelineList(props: {
  state: TimelineState;
  context: RowContext;
  unsavedChosen: boolean;
  onChooseUnsaved: () => void;
}): JSX.Element {
  const items = createMemo(() => withDays(props.state.rows()));
  // Drawn by key: a list that was read again must not take the focus away.
  const byKey = createMemo(() => new Map(items().map((item) => [item.key, item])));
  const keys = createMemo(() => items().map((item) => item.key));
  return (
    <div class="timeline-scroll">
      <Show when={props.state.error()}>
        {(error) => (
          <p class="diff-note problem" role="alert">
            {historyTexts.timeline.readFailed(error().message)}{" "}
            <button type="button" class="text-button" onClick={() => props.state.reload()}>
              {t.retry}
            </button>
          </p>
        )}
      </Show>
      <ol class="plain" aria-label={historyTexts.timeline.list} onKeyDown={onListKey}>
        <UnsavedRow state={props.state} chosen={props.unsavedChosen} onChoose={props.onChooseUnsaved} />
        <For each={keys()}>
          {(key) => {
            const item = createMemo<TimelineItem | undefined>((last) => byKey().get(key) ?? last);
            const day = (): number | undefined => {
              const one = item();
              return one?.kind === "day" ? one.at : undefined;
            };
            const row = createMemo(() => {
              const one = item();
              return one?.kind === "row" ? one.row : undefined;
            });
            return (
              <Switch>
                <Match when={day()}>
                  {(at) => (
                    <li class="timeline-day">
                      <h2>{dayHeading(at(), props.context.now)}</h2>
                    </li>
                  )}
                </Match>
                <Match when={row()}>{(one) => <MomentRow row={one()} context={props.context} />}</Match>
              </Switch>
            );
          }}
        </For>
      </ol>
      <ListEnd state={props.state} />
    </div>
  );
}

/** What was changed since the newest snapshot, when anything was. */
function UnsavedRow(props: { state: TimelineState; chosen: boolean; onChoose: () => void }): JSX.Element {
  const count = (): number => props.state.unsaved.value()?.length ?? 0;
  return (
    <>
      <Show when={props.state.unsaved.error()}>
        {(error) => (
          <li class="diff-note problem" role="alert">
            {historyTexts.timeline.unsavedFailed(error().message)}{" "}
            <button type="button" class="text-button" onClick={() => props.state.unsaved.reload()}>
              {t.retry}
            </button>
          </li>
        )}
      </Show>
      <Show when={count() > 0}>
        <li class="moment is-unsaved" classList={{ "is-chosen": props.chosen }}>
          <div class="moment-line">
            <span class="moment-icon">
              <CircleDot size={15} />
            </span>
            <div class="moment-main">
              <button
                type="button"
                class="moment-open"
                aria-current={props.chosen ? "true" : undefined}
                aria-describedby="unsaved-meta"
                onClick={() => props.onChoose()}
              >
                {historyTexts.timeline.unsaved}
              </button>
              <p class="moment-meta" id="unsaved-meta">
                <span class="moment-here">
                  <b>{historyTexts.timeline.here}</b>
                </span>
                <span class="numbers">{historyTexts.timeline.files(count())}</span>
              </p>
            </div>
            <button type="button" class="text-button small moment-see" onClick={() => props.onChoose()}>
              {historyTexts.timeline.seeChanges}
            </button>
          </div>
        </li>
      </Show>
    </>
  );
}

/** Earlier snapshots are loaded when the end comes near. */
function ListEnd(props: { state: TimelineState }): JSX.Element {
  return (
    <Switch fallback={<p class="diff-note">{historyTexts.timeline.end}</p>}>
      <Match when={props.state.moreError()}>
        {(error) => (
          <p class="diff-note problem" role="alert">
            {historyTexts.timeline.moreFailed(error().message)}{" "}
            <button type="button" class="text-button" onClick={() => void props.state.more()}>
              {t.retry}
            </button>
          </p>
        )}
      </Match>
      <Match when={props.state.hasMore()}>
        <WhenSeen
          label={historyTexts.timeline.more}
          round={props.state.snapshots()?.length}
          onSeen={() => void props.state.more()}
        />
      </Match>
    </Switch>
  );
}

/** Arrows, Home and End go from moment to moment. */
function onListKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".moment-open")];
  const line = (document.activeElement ?? event.currentTarget).closest(".moment-line");
  const index = rows.findIndex((row) => line?.contains(row));
  const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (target === undefined || target < 0) return;
  event.preventDefault();
  rows[target]?.focus();
}

/** Scrolls to a moment's line, when it is drawn, and puts the focus on it. */
export function focusMoment(list: ParentNode, id: string): void {
  const line = list.querySelector(`[data-id="${id}"]`);
  const button = line?.querySelector<HTMLElement>(".moment-open");
  button?.focus({ preventScroll: true });
  line?.scrollIntoView({ block: "nearest" });
}

/** Which replies are unfolded. */
export function createUnfolded(): Pick<RowContext, "isUnfolded" | "fold"> {
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  return {
    isUnfolded: (id) => open().has(id),
    fold: (id, isOpen) =>
      setOpen((set) => {
        const next = new Set(set);
        if (isOpen) next.add(id);
        else next.delete(id);
        return next;
      }),
  };
}
