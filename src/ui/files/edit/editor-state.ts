import { createSignal, type Accessor } from "solid-js";

import { readStored, writeStored } from "../../state/persisted.ts";
import type { CodeEditor, CursorPlace } from "./code-editor.ts";
import type { FindState } from "./editor-find.ts";

const WRAP_KEY = "okcvm.files.wrap";

const [wraps, setWraps] = createSignal(readStored(WRAP_KEY) === true);

/** Whether long lines are wrapped; one choice for all files, remembered. */
export const wrapsLines = wraps;

export function setWrapsLines(wrap: boolean): void {
  setWraps(wrap);
  writeStored(WRAP_KEY, wrap);
}

/** An editor and what it tells of itself. */
export interface EditorState {
  editor: Accessor<CodeEditor | undefined>;
  setEditor: (editor: CodeEditor | undefined) => void;
  cursor: Accessor<CursorPlace>;
  setCursor: (place: CursorPlace) => void;
  find: Accessor<FindState | undefined>;
  setFind: (state: FindState) => void;
  findAsked: Accessor<number>;
  /** Opens find, or gives its field the focus. */
  askFind: () => void;
  /** The find keys were pressed inside the editor. */
  noteFind: () => void;
}

export function createEditorState(): EditorState {
  const [editor, setEditor] = createSignal<CodeEditor>();
  const [cursor, setCursor] = createSignal<CursorPlace>({ line: 1, column: 1, selected: 0 });
  const [find, setFind] = createSignal<FindState>();
  const [findAsked, setFindAsked] = createSignal(0);
  const noteFind = (): void => void setFindAsked((count) => count + 1);
  return {
    editor,
    setEditor,
    cursor,
    setCursor,
    find,
    setFind,
    findAsked,
    noteFind,
    askFind: () => {
      editor()?.find.open();
      noteFind();
    },
  };
}
