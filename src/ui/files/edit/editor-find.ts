import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  openSearchPanel,
  replaceAll,
  replaceNext,
  search,
  searchPanelOpen,
  SearchQuery,
  setSearchQuery,
} from "@codemirror/search";
import type { EditorState, Extension } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

/** What to find in a text, and what to put in its place. */
export interface FindQuery {
  search: string;
  replace: string;
  caseSensitive: boolean;
  regexp: boolean;
  wholeWord: boolean;
}

/** Find as its bar shows it. */
export interface FindState {
  open: boolean;
  query: FindQuery;
  /** False for a regular expression that is none. */
  valid: boolean;
  /** Matches in the text, counted up to a limit. */
  count: number;
  /** Which of them is selected, from 1; 0 for none. */
  index: number;
}

export interface FindControl {
  open: () => void;
  close: () => void;
  set: (query: FindQuery) => void;
  next: () => void;
  previous: () => void;
  replaceOne: () => void;
  replaceAll: () => void;
}

export const FIND_LIMIT = 1_000;

/** The search is CodeMirror's; its bar is the page's own, outside of the editor, so its panel is an empty one. */
export function findExtension(onChange: (state: FindState) => void): Extension {
  return [
    search({
      createPanel: (view) => ({
        dom: document.createElement("div"),
        mount: () => onChange(findState(view.state)),
        update: (update) => {
          if (concernsFind(update)) onChange(findState(update.state));
        },
        destroy: () => onChange({ ...findState(view.state), open: false }),
      }),
    }),
  ];
}

function concernsFind(update: ViewUpdate): boolean {
  const asked = update.transactions.some((one) => one.effects.some((effect) => effect.is(setSearchQuery)));
  return update.docChanged || update.selectionSet || asked;
}

export function findControl(view: EditorView): FindControl {
  return {
    open: () => openSearchPanel(view),
    close: () => {
      closeSearchPanel(view);
      view.focus();
    },
    set: (query) =>
      // Spaces and "\n" are looked for as they are typed.
      view.dispatch({ effects: setSearchQuery.of(new SearchQuery({ ...query, literal: !query.regexp })) }),
    next: () => findNext(view),
    previous: () => findPrevious(view),
    replaceOne: () => replaceNext(view),
    replaceAll: () => replaceAll(view),
  };
}

function findState(state: EditorState): FindState {
  const query = getSearchQuery(state);
  const { search, replace, caseSensitive, regexp, wholeWord, valid } = query;
  const counted = valid ? countMatches(state, query) : { count: 0, index: 0 };
  return {
    open: searchPanelOpen(state),
    query: { search, replace, caseSensitive, regexp, wholeWord },
    valid: valid || search === "",
    ...counted,
  };
}

function countMatches(state: EditorState, query: SearchQuery): { count: number; index: number } {
  const { from, to } = state.selection.main;
  const cursor = query.getCursor(state);
  let count = 0;
  let index = 0;
  for (let found = cursor.next(); !found.done && count < FIND_LIMIT; found = cursor.next()) {
    count += 1;
    if (found.value.from === from && found.value.to === to) index = count;
  }
  return { count, index };
}
