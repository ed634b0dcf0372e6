import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import CaseSensitive from "lucide-solid/icons/case-sensitive";
import ChevronRight from "lucide-solid/icons/chevron-right";
import Regex from "lucide-solid/icons/regex";
import WholeWord from "lucide-solid/icons/whole-word";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, on, onMount, Show, type JSX } from "solid-js";

import { IconButton } from "../../parts/icon-button.tsx";
import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { FindControl, FindQuery, FindState } from "./editor-find.ts";

interface Props {
  state: FindState;
  /** Grows each time the find keys are pressed, to give the field the focus. */
  asked: number;
  control: FindControl;
}

/** Where the editor's find stops counting, in words. */
const COUNTED = 1_000;

/** Find and replace in the open file. Enter goes on, Shift Enter goes back, Escape closes. */
export function FindBar(props: Props): JSX.Element {
  const [replacing, setReplacing] = createSignal(props.state.query.replace !== "");
  const change = (patch: Partial<FindQuery>): void => props.control.set({ ...props.state.query, ...patch });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    props.control.close();
  };
  return (
    <div class="find-bar" role="search" aria-label={filesTexts.find.label} onKeyDown={onKeyDown}>
      <div class="find-line">
        <IconButton
          class={replacing() ? "find-fold is-open" : "find-fold"}
          label={filesTexts.find.showReplace}
          expanded={replacing()}
          onClick={() => setReplacing(!replacing())}
        >
          <ChevronRight size={15} />
        </IconButton>
        <FindInput {...props} onChange={change} />
        <Toggles query={props.state.query} onChange={change} />
        <IconButton label={filesTexts.find.previous} onClick={() => props.control.previous()}>
          <ArrowUp size={16} />
        </IconButton>
        <IconButton label={filesTexts.find.next} onClick={() => props.control.next()}>
          <ArrowDown size={16} />
        </IconButton>
        <IconButton label={filesTexts.find.close} onClick={() => props.control.close()}>
          <X size={16} />
        </IconButton>
      </div>
      <Show when={replacing()}>
        <ReplaceLine query={props.state.query} control={props.control} onChange={change} />
      </Show>
    </div>
  );
}

function FindInput(props: Props & { onChange: (patch: Partial<FindQuery>) => void }): JSX.Element {
  let input!: HTMLInputElement;
  const focus = (): void => {
    input.focus();
    input.select();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.shiftKey) props.control.previous();
    else props.control.next();
  };
  onMount(focus);
  createEffect(on(() => props.asked, focus, { defer: true }));
  return (
    <div class="find-field">
      <input
        ref={(element) => (input = element)}
        class="input"
        type="text"
        aria-label={filesTexts.find.find}
        placeholder={filesTexts.find.find}
        aria-invalid={!props.state.valid}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={props.state.query.search}
        onInput={(event) => props.onChange({ search: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <span class="find-count numbers" classList={{ problem: !props.state.valid }} role="status">
        {countWords(props.state)}
      </span>
    </div>
  );
}

function countWords(state: FindState): string {
  if (!state.valid) return filesTexts.find.badRegex;
  if (state.query.search === "") return "";
  if (state.count === 0) return filesTexts.find.none;
  const all =
    state.count < COUNTED ? state.count.toLocaleString(t.locale) : filesTexts.find.atLeast(state.count);
  return filesTexts.find.count(state.index, all);
}

function Toggles(props: { query: FindQuery; onChange: (patch: Partial<FindQuery>) => void }): JSX.Element {
  return (
    <>
      <IconButton
        label={filesTexts.find.caseSensitive}
        pressed={props.query.caseSensitive}
        onClick={() => props.onChange({ caseSensitive: !props.query.caseSensitive })}
      >
        <CaseSensitive size={17} />
      </IconButton>
      <IconButton
        label={filesTexts.find.word}
        pressed={props.query.wholeWord}
        onClick={() => props.onChange({ wholeWord: !props.query.wholeWord })}
      >
        <WholeWord size={16} />
      </IconButton>
      <IconButton
        label={filesTexts.find.regex}
        pressed={props.query.regexp}
        onClick={() => props.onChange({ regexp: !props.query.regexp })}
      >
        <Regex size={15} />
      </IconButton>
    </>
  );
}

function ReplaceLine(props: {
  query: FindQuery;
  control: FindControl;
  onChange: (patch: Partial<FindQuery>) => void;
}): JSX.Element {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    props.control.replaceOne();
  };
  return (
    <div class="find-line is-replace">
      <input
        class="input"
        type="text"
        aria-label={filesTexts.find.replace}
        placeholder={filesTexts.find.replace}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={props.query.replace}
        onInput={(event) => props.onChange({ replace: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <button type="button" class="button" onClick={() => props.control.replaceOne()}>
        {filesTexts.find.replaceOne}
      </button>
      <button type="button" class="button" onClick={() => props.control.replaceAll()}>
        {filesTexts.find.replaceAll}
      </button>
    </div>
  );
}
