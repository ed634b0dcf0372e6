import { createEffect, createSignal, on, onCleanup, onMount, Show, type JSX } from "solid-js";

import { baseName } from "../../../domain/paths.ts";
import { toErrorValue, type ErrorValue } from "../../../domain/errors.ts";
import { PaneState, Skeleton } from "../../parts/pane-state.tsx";
import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { Wanted } from "../open-file.ts";
import type { CodeEditorOptions } from "./code-editor.ts";
import { wrapsLines, type EditorState } from "./editor-state.ts";
import type { FileDocument } from "./file-document.ts";

/** The editor of one text; CodeMirror is loaded when the first one is shown. */
export function TextEditor(props: {
  document: FileDocument;
  state: EditorState;
  wanted: Wanted;
}): JSX.Element {
  const [error, setError] = createSignal<ErrorValue>();
  let host!: HTMLDivElement;
  let gone = false;
  const { document, state } = props;
  const load = async (): Promise<void> => {
    setError(undefined);
    try {
      const { createCodeEditor } = await import("./code-editor.ts");
      if (gone) return;
      const editor = createCodeEditor(editorOptions(host, document, state));
      state.setEditor(editor);
    } catch (cause) {
      // The page was loaded, its chunk could not be: offline before the first visit was over.
      setError(toErrorValue(cause));
    }
  };
  onMount(() => void load());
  onCleanup(() => {
    gone = true;
    state.editor()?.destroy();
    state.setEditor(undefined);
  });
  followDocument(document, state);
  followWanted(state, () => props.wanted);
  return (
    <div class="editor">
      <Show when={!state.editor()}>
        <Show when={error()} fallback={<Skeleton label={t.loading} />}>
          {(value) => (
            <PaneState
              alert
              title={filesTexts.editor.failed}
              text={value().message}
              action={{ label: t.retry, run: () => void load() }}
            />
          )}
        </Show>
      </Show>
      <div ref={(element) => (host = element)} class="editor-host" hidden={!state.editor()} />
    </div>
  );
}

/** Takes what others write into the file, its name and the choice of wrapping over into the editor. */
function followDocument(document: FileDocument, state: EditorState): void {
  onCleanup(
    document.onText((text, { undoable }) =>
      state.editor()?.setText(text, { undoable, mixedBreaks: document.format().lineBreak === "mixed" }),
    ),
  );
  createEffect(() => state.editor()?.setWrap(wrapsLines()));
  createEffect(
    on(
      () => baseName(document.path()),
      (name) => state.editor()?.setName(name, filesTexts.editor.label(name)),
      { defer: true },
    ),
  );
}

/** Goes where the opening of the file asked for, once the editor is there. */
function followWanted(state: EditorState, wanted: () => Wanted): void {
  createEffect(() => {
    const editor = state.editor();
    const { place, focus } = wanted();
    if (editor && place) editor.goTo(place);
    if (editor && focus) editor.focus();
  });
}

function editorOptions(host: HTMLElement, document: FileDocument, state: EditorState): CodeEditorOptions {
  const name = baseName(document.path());
  return {
    host,
    name,
    text: document.text(),
    mixedBreaks: document.format().lineBreak === "mixed",
    label: filesTexts.editor.label(name),
    hint: filesTexts.editor.tabHint,
    wrap: wrapsLines(),
    onEdit: (read) => document.edited(read),
    onSave: () => void document.save(),
    onBlur: () => void document.save(),
    onCursor: state.setCursor,
    onFind: state.setFind,
    onFindAsked: state.noteFind,
  };
}
