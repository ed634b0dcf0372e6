import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorSelection, EditorState, Transaction } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";

import { filesTexts } from "../../texts/files-texts.ts";
import type { Place } from "../open-file.ts";
import { findControl, findExtension, type FindControl, type FindState } from "./editor-find.ts";
import { indentationOf, languageOf } from "./editor-language.ts";
import { editorTheme } from "./editor-theme.ts";
import { textChanges } from "./text-changes.ts";

/** Where the cursor is. Lines and columns start at 1. */
export interface CursorPlace {
  line: number;
  column: number;
  /** UTF-16 units that are selected. */
  selected: number;
}

export interface CodeEditorOptions {
  /** Gets a shadow root: the editor's styles go there as constructed sheets, since the page's policy takes no style elements. */
  host: HTMLElement;
  text: string;
  /** True for a text whose "\r" must stay as they are. */
  mixedBreaks: boolean;
  name: string;
  label: string;
  hint: string;
  wrap: boolean;
  /** The person changed the text; `read` answers it. */
  onEdit: (read: () => string) => void;
  onSave: () => void;
  onBlur: () => void;
  onCursor: (place: CursorPlace) => void;
  onFind: (state: FindState) => void;
  /** The find keys were pressed, perhaps again. */
  onFindAsked: () => void;
}

export interface CodeEditor {
  find: FindControl;
  /** Puts another text in, keeping cursor, selection and scroll place. It is no edit of the person's, unless `undoable`. */
  setText: (text: string, options: { undoable: boolean; mixedBreaks: boolean }) => void;
  setWrap: (wrap: boolean) => void;
  /** Another name may mean another language. */
  setName: (name: string, label: string) => void;
  goTo: (place: Place) => void;
  focus: () => void;
  destroy: () => void;
}

/** Marks changes that come from the file, so that they are not written back to it. */
const fromFile = Annotation.define<boolean>();

/** The editor for one text. It lives in a chunk of its own, loaded when a text is opened. */
export function createCodeEditor(options: CodeEditorOptions): CodeEditor {
  const settings = {
    wrap: new Compartment(),
    language: new Compartment(),
    breaks: new Compartment(),
    label: new Compartment(),
  };
  const root = options.host.shadowRoot ?? options.host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        settings.breaks.of(breaksOf(options.mixedBreaks)),
        settings.wrap.of(options.wrap ? EditorView.lineWrapping : []),
        settings.language.of([]),
        settings.label.of(labelOf(options.label, options.hint)),
        indentationOf(options.text),
        base(options),
      ],
    }),
  });
  let asked = 0;
  const setLanguage = async (name: string): Promise<void> => {
    const turn = (asked += 1);
    const language = await languageOf(name);
    // Another name was set meanwhile, or the editor is gone.
    if (turn === asked) view.dispatch({ effects: settings.language.reconfigure(language) });
  };
  // Without it the text is only less colourful.
  const tryLanguage = (name: string): void =>
    void setLanguage(name).catch((error: unknown) => console.warn(error));
  tryLanguage(options.name);
  return {
    find: findControl(view),
    setText: (text, how) => {
      view.dispatch({ effects: settings.breaks.reconfigure(breaksOf(how.mixedBreaks)) });
      replaceText(view, text, how.undoable);
    },
    setWrap: (wrap) =>
      view.dispatch({ effects: settings.wrap.reconfigure(wrap ? EditorView.lineWrapping : []) }),
    setName: (name, label) => {
      view.dispatch({ effects: settings.label.reconfigure(labelOf(label, options.hint)) });
      tryLanguage(name);
    },
    goTo: (place) => goTo(view, place),
    focus: () => view.focus(),
    destroy: () => {
      asked += 1;
      view.destroy();
    },
  };
}

/** What never changes while the text is open. */
function base(options: CodeEditorOptions): Extension {
  const onSave = (): boolean => {
    options.onSave();
    return true;
  };
  const onFind = (view: EditorView): boolean => {
    openSearchPanel(view);
    options.onFindAsked();
    return true;
  };
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    EditorState.phrases.of(filesTexts.editor.phrases),
    indentOnInput(),
    bracketMatching(),
    rectangularSelection(),
    crosshairCursor(),
    highlightActiveLine(),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    findExtension(options.onFind),
    editorTheme,
    keymap.of([
      { key: "Mod-s", run: onSave, preventDefault: true },
      { key: "Mod-f", run: onFind, preventDefault: true },
      ...defaultKeymap,
      ...searchKeymap.filter((one) => one.key !== "Mod-Alt-g"),
      ...historyKeymap,
      indentWithTab,
    ]),
    EditorView.domEventHandlers({ blur: () => options.onBlur() }),
    EditorView.updateListener.of((update) => {
      const { view } = update;
      const own = update.transactions.some((one) => one.docChanged && !one.annotation(fromFile));
      if (own) options.onEdit(() => view.state.doc.toString());
      if (update.selectionSet || update.docChanged) options.onCursor(cursorOf(update.state));
    }),
  ];
}

/** "\n" alone divides lines of a text that mixes breaks; any break does in others. */
function breaksOf(mixed: boolean): Extension {
  return mixed ? EditorState.lineSeparator.of("\n") : [];
}

function labelOf(label: string, hint: string): Extension {
  return EditorView.contentAttributes.of({
    "aria-label": label,
    "aria-description": hint,
    // It has the focus by itself; this says so to what looks for the keyboard's way to the scrolling text.
    tabindex: "0",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
  });
}

function replaceText(view: EditorView, text: string, undoable: boolean): void {
  const changes = textChanges(view.state.doc.toString(), text);
  if (changes.length === 0) return;
  view.dispatch({
    changes,
    annotations: [
      fromFile.of(true),
      Transaction.addToHistory.of(undoable),
      // Taken back by itself, not together with the typing before it.
      isolateHistory.of("full"),
      // What the person did before can still be taken back, around it.
      Transaction.remote.of(!undoable),
    ],
  });
}

function goTo(view: EditorView, place: Place): void {
  const { doc } = view.state;
  const line = doc.line(Math.min(Math.max(1, place.line), doc.lines));
  const from = Math.min(line.to, line.from + place.column - 1);
  const range = EditorSelection.range(from, Math.min(line.to, from + place.length));
  view.dispatch({
    selection: range,
    effects: EditorView.scrollIntoView(range, { y: "center" }),
  });
}

function cursorOf(state: EditorState): CursorPlace {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const selected = state.selection.ranges.reduce((sum, range) => sum + range.to - range.from, 0);
  return { line: line.number, column: head - line.from + 1, selected };
}
