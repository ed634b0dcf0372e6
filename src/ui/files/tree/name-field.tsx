import { createSignal, createUniqueId, onMount, Show, untrack, type Accessor, type JSX } from "solid-js";

import { splitName } from "../operations/names.ts";

interface Props {
  label: string;
  initial: string;
  onCommit: (name: string) => Promise<string | null>;
  onCancel: (options: { back: boolean }) => void;
}

/**
 * A name that is typed in the tree. Enter takes it, Escape leaves it, and so
 * does going elsewhere: a changed name is taken, and one that is refused stays
 * in the field with the reason.
 */
export function NameField(props: Props): JSX.Element {
  const problemId = createUniqueId();
  let input!: HTMLInputElement;
  const entry = createEntry(props, () => input);
  onMount(() => {
    input.focus();
    input.setSelectionRange(0, splitName(props.initial).stem.length);
  });
  return (
    <span class="name-field">
      <input
        ref={(element) => (input = element)}
        class="input"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-label={props.label}
        aria-invalid={entry.problem() !== null}
        aria-describedby={entry.problem() === null ? undefined : problemId}
        value={untrack(() => props.initial)}
        onInput={entry.onInput}
        onKeyDown={entry.onKeyDown}
        onBlur={entry.onLeave}
        onClick={(event) => event.stopPropagation()}
      />
      <Show when={entry.problem()}>
        {(words) => (
          <span class="name-problem" id={problemId} role="alert">
            {words()}
          </span>
        )}
      </Show>
    </span>
  );
}

interface Entry {
  problem: Accessor<string | null>;
  onInput: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onLeave: () => void;
}

function createEntry(props: Props, input: () => HTMLInputElement): Entry {
  const [problem, setProblem] = createSignal<string | null>(null);
  let busy = false;
  let over = false;
  const cancel = (back: boolean): void => {
    over = true;
    props.onCancel({ back });
  };
  const commit = async (): Promise<void> => {
    if (busy || over) return;
    busy = true;
    const refused = await props.onCommit(input().value);
    busy = false;
    if (refused === null) over = true;
    else setProblem(refused);
  };
  const leave = (): void => {
    const field = input();
    // The browser's window may have lost the focus, or the row was only moved in the page.
    if (!field.isConnected || document.activeElement === field || !document.hasFocus()) return;
    const name = field.value.trim();
    if (name === "" || name === props.initial) cancel(false);
    else void commit();
  };
  return {
    problem,
    onInput: () => setProblem(null),
    onKeyDown(event) {
      event.stopPropagation();
      // Enter inside an input method chooses its word.
      if (event.isComposing) return;
      if (event.key === "Enter") void commit();
      else if (event.key === "Escape") cancel(true);
      else return;
      event.preventDefault();
    },
    onLeave: () => void setTimeout(leave),
  };
}
