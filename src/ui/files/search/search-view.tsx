import CaseSensitive from "lucide-solid/icons/case-sensitive";
import Regex from "lucide-solid/icons/regex";
import X from "lucide-solid/icons/x";
import { createEffect, createUniqueId, For, Match, on, onMount, Switch, type JSX } from "solid-js";

import type { SearchMatch } from "../../../domain/search.ts";
import { IconButton } from "../../parts/icon-button.tsx";
import { PaneState, Skeleton } from "../../parts/pane-state.tsx";
import { Problem } from "../../parts/problem.tsx";
import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { Place } from "../open-file.ts";
import { matchParts, type FileMatches, type SearchState } from "./search-state.ts";

interface Props {
  search: SearchState;
  /** Grows each time the search is asked for, to give its field the focus. */
  asked: number;
  onOpen: (path: string, place: Place) => void;
  onClose: () => void;
}

/** Search in all files: the field keeps the focus, arrows choose a match, Enter opens it. */
export function SearchView(props: Props): JSX.Element {
  const listId = createUniqueId();
  const optionId = (index: number): string => `${listId}-${index}`;
  const openActive = (): void => {
    const match = props.search.result()?.matches[Math.max(0, props.search.active())];
    if (match) open(match);
  };
  const open = (match: SearchMatch): void => {
    const group = props.search.groups().find((one) => one.matches.some((two) => two.match === match));
    if (group) props.onOpen(group.path, match);
  };
  createEffect(
    on(
      () => props.search.active(),
      (index) => document.getElementById(optionId(index))?.scrollIntoView({ block: "nearest" }),
    ),
  );
  return (
    <section class="search-view" aria-label={filesTexts.searchView.label}>
      <SearchField {...props} listId={listId} optionId={optionId} onEnter={openActive} />
      <Summary search={props.search} />
      <Switch>
        <Match when={props.search.groups().length > 0}>
          <div class="search-results" id={listId} role="listbox" aria-label={filesTexts.searchView.results}>
            <For each={props.search.groups()}>
              {(group) => (
                <Group group={group} active={props.search.active()} optionId={optionId} onOpen={open} />
              )}
            </For>
          </div>
        </Match>
        <Match when={props.search.busy() && !props.search.result()}>
          <Skeleton label={t.loading} />
        </Match>
        <Match when={props.search.result()}>
          <PaneState text={filesTexts.searchView.none} />
        </Match>
        <Match when={props.search.query() === ""}>
          <PaneState text={filesTexts.searchView.hint} />
        </Match>
      </Switch>
    </section>
  );
}

interface FieldProps extends Props {
  listId: string;
  optionId: (index: number) => string;
  onEnter: () => void;
}

function SearchField(props: FieldProps): JSX.Element {
  const problemId = createUniqueId();
  return (
    <div class="search-head">
      <div class="search-field">
        <SearchInput {...props} problemId={problemId} />
        <IconButton
          label={filesTexts.find.caseSensitive}
          pressed={props.search.caseSensitive()}
          onClick={() => props.search.setCaseSensitive(!props.search.caseSensitive())}
        >
          <CaseSensitive size={17} />
        </IconButton>
        <IconButton
          label={filesTexts.find.regex}
          pressed={props.search.regex()}
          onClick={() => props.search.setRegex(!props.search.regex())}
        >
          <Regex size={15} />
        </IconButton>
        <IconButton label={filesTexts.searchView.close} onClick={() => props.onClose()}>
          <X size={16} />
        </IconButton>
      </div>
      <Problem text={props.search.problem()} id={problemId} />
    </div>
  );
}

function SearchInput(props: FieldProps & { problemId: string }): JSX.Element {
  let input!: HTMLInputElement;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const last = (props.search.result()?.matches.length ?? 0) - 1;
    const active = props.search.active();
    if (event.key === "ArrowDown") props.search.setActive(Math.min(last, active + 1));
    else if (event.key === "ArrowUp") props.search.setActive(Math.max(-1, active - 1));
    else if (event.key === "Enter") props.onEnter();
    else if (event.key === "Escape") props.onClose();
    else return;
    event.preventDefault();
  };
  const focus = (): void => {
    input.focus();
    input.select();
  };
  onMount(focus);
  createEffect(on(() => props.asked, focus, { defer: true }));
  return (
    <input
      ref={(element) => (input = element)}
      class="input"
      type="text"
      role="combobox"
      aria-autocomplete="none"
      aria-expanded={props.search.groups().length > 0}
      aria-controls={props.listId}
      aria-activedescendant={props.search.active() < 0 ? undefined : props.optionId(props.search.active())}
      aria-label={filesTexts.searchView.field}
      aria-invalid={props.search.problem() !== null}
      aria-describedby={props.search.problem() === null ? undefined : props.problemId}
      placeholder={filesTexts.searchView.field}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      value={props.search.query()}
      onInput={(event) => props.search.setQuery(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function Summary(props: { search: SearchState }): JSX.Element {
  const words = (): string => {
    const result = props.search.result();
    if (!result || result.matches.length === 0) return "";
    const all = filesTexts.searchView.summary(result.matches.length, result.files);
    return result.truncated ? `${all}. ${filesTexts.searchView.truncated(result.matches.length)}` : all;
  };
  return (
    <p class="search-summary" role="status" hidden={words() === ""}>
      {words()}
    </p>
  );
}

function Group(props: {
  group: FileMatches;
  active: number;
  optionId: (index: number) => string;
  onOpen: (match: SearchMatch) => void;
}): JSX.Element {
  return (
    <div class="search-group" role="group" aria-label={props.group.path}>
      <div class="search-file" aria-hidden="true" title={props.group.path}>
        <span class="cut">{props.group.path}</span>
        <span class="quiet numbers">{props.group.matches.length}</span>
      </div>
      <For each={props.group.matches}>
        {({ match, index }) => {
          const parts = matchParts(match);
          return (
            <div
              class="search-match"
              id={props.optionId(index)}
              role="option"
              aria-selected={props.active === index}
              aria-label={filesTexts.searchView.line(match.line, match.text.trim())}
              onClick={() => props.onOpen(match)}
            >
              <span class="search-line numbers">{match.line}</span>
              <span class="cut mono">
                {parts.before}
                <mark>{parts.found}</mark>
                {parts.after}
              </span>
            </div>
          );
        }}
      </For>
    </div>
  );
}
