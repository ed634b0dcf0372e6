import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";

import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { ChangeBody } from "./change-body.tsx";
import { ChangeRow } from "./change-row.tsx";
import { opensAtFirst, type Comparison, type Moments } from "./comparison.ts";
import { WhenSeen } from "./when-seen.tsx";

/** Files drawn at once, and asked for their lines in one go. */
const PAGE = 100;
/** Lines of a larger file are read only when it is opened. Bytes a side. */
const AHEAD_LIMIT = 256 * 1024;

interface Props {
  workspace: Workspace;
  moments: Moments;
  comparison: Comparison;
  /** The files of the comparison; not empty. */
  files: readonly FileDiff[];
  split: boolean;
  /** Changed lines that may be open at first, all files together. */
  budget: number;
  /** What can be done with an open file. */
  actions?: (file: FileDiff) => JSX.Element;
}

/** The changed files, each opening to what changed in it. N and P go to the next and the previous one. */
export function ChangeList(props: Props): JSX.Element {
  let list!: HTMLUListElement;
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  const [limit, setLimit] = createSignal(PAGE);
  const shown = createMemo(() => props.files.slice(0, limit()));
  const byPath = createMemo(() => new Map(props.files.map((file) => [file.path, file])));
  // Drawn by path: a list that was read again must not take the focus away.
  const paths = createMemo(() => shown().map((file) => file.path));
  readAhead(props, shown, setOpen);
  const setOpenOf = (path: string, isOpen: boolean): void => {
    setOpen((set) => {
      const next = new Set(set);
      if (isOpen) next.add(path);
      else next.delete(path);
      return next;
    });
    const file = byPath().get(path);
    if (isOpen && file) void props.comparison.load([file]);
  };
  return (
    <>
      <ul
        ref={(element) => (list = element)}
        class="plain change-list"
        aria-label={historyTexts.changes.list}
        onKeyDown={(event) => onListKey(event, list)}
        onFocusIn={(event) => markCurrent(list, event.target)}
      >
        <For each={paths()}>
          {(path) => {
            const file = createMemo<FileDiff | undefined>((last) => byPath().get(path) ?? last);
            return (
              <Show when={file()}>
                {(one) => (
                  <ChangeItem
                    {...props}
                    file={one()}
                    open={open().has(path)}
                    onToggle={() => setOpenOf(path, !open().has(path))}
                  />
                )}
              </Show>
            );
          }}
        </For>
      </ul>
      <Show when={limit() < props.files.length}>
        <WhenSeen
          label={historyTexts.changes.moreFiles}
          onSeen={() => setLimit((now) => now + PAGE)}
          round={limit()}
        />
      </Show>
    </>
  );
}

/** Reads the lines of the files in view, a page at a time, and opens the first few of them once. */
function readAhead(
  props: Props,
  shown: () => readonly FileDiff[],
  setOpen: (paths: ReadonlySet<string>) => void,
): void {
  let opened = false;
  createEffect(
    on(shown, async (files) => {
      const small = files.filter(
        (file) => Math.max(file.before?.size ?? 0, file.after?.size ?? 0) <= AHEAD_LIMIT,
      );
      await props.comparison.load(small);
      if (opened) return;
      opened = true;
      const only = files.length === 1 ? files[0] : undefined;
      if (only) {
        setOpen(new Set([only.path]));
        return props.comparison.load([only]);
      }
      const ready = small.flatMap((file) => {
        const detail = props.comparison.detail(file.path);
        return detail?.state === "ready" ? [detail.diff] : [];
      });
      setOpen(new Set(opensAtFirst(ready, props.budget)));
    }),
  );
}

function ChangeItem(props: Props & { file: FileDiff; open: boolean; onToggle: () => void }): JSX.Element {
  const detail = (): ReturnType<Comparison["detail"]> => props.comparison.detail(props.file.path);
  const lines = (): FileDiff | undefined => {
    const known = detail();
    return known?.state === "ready" ? known.diff : undefined;
  };
  return (
    <li class="change">
      <ChangeRow
        root={props.workspace.root}
        file={props.file}
        lines={lines()}
        open={props.open}
        onToggle={() => props.onToggle()}
      />
      <Show when={props.open}>
        <div class="change-body">
          <Show when={props.actions}>{(actions) => actions()(props.file)}</Show>
          <ChangeBody
            workspace={props.workspace}
            moments={props.moments}
            detail={detail()}
            split={props.split}
            onRetry={() => void props.comparison.load([props.file])}
          />
        </div>
      </Show>
    </li>
  );
}

/** Arrows on a file's line go to its neighbours; N and P do so from anywhere in the list. */
function onListKey(event: KeyboardEvent, list: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const onRow = event.target.classList.contains("change-row");
  const key = event.key.toLowerCase();
  const step =
    key === "n" || (onRow && key === "arrowdown") ? 1 : key === "p" || (onRow && key === "arrowup") ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  goToFile(list, step);
}

/** Remembers the file that had the focus last: a press of a button elsewhere takes it away. */
function markCurrent(list: HTMLElement, target: Element): void {
  list.querySelector(".is-current")?.classList.remove("is-current");
  target.closest(".change")?.classList.add("is-current");
}

/** Puts the focus on the next or previous file's line, seen from the file that had it last, or from the top. */
export function goToFile(list: ParentNode, step: 1 | -1): void {
  const rows = [...list.querySelectorAll<HTMLElement>(".change-row")];
  const here = list.querySelector(".change.is-current");
  const index = rows.findIndex((row) => here?.contains(row) === true);
  const { activeElement } = document;
  const insideBody = here?.contains(activeElement) === true && rows[index] !== activeElement;
  // Back from inside a file is to its own line first.
  const next = index < 0 && step < 0 ? rows.length - 1 : step < 0 && insideBody ? index : index + step;
  const row = rows[next];
  row?.focus({ preventScroll: true });
  row?.closest(".change")?.scrollIntoView({ block: "start" });
}
