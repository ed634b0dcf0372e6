import Search from "lucide-solid/icons/search";
import TextWrap from "lucide-solid/icons/text-wrap";
import {
  createEffect,
  createMemo,
  createSignal,
  Match,
  onCleanup,
  Show,
  Switch,
  type Accessor,
  type JSX,
} from "solid-js";

import { baseName } from "../../../domain/paths.ts";
import { Markdown } from "../../chat/markdown/markdown.tsx";
import { copyText } from "../../parts/copy.ts";
import { IconButton } from "../../parts/icon-button.tsx";
import { readStored, writeStored } from "../../state/persisted.ts";
import { showToast } from "../../state/toasts.ts";
import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import { fileMenu } from "../file-menus.ts";
import type { MenuItem } from "../menu.tsx";
import type { PaneContext } from "../pane-context.ts";
import { FileBar } from "../view/file-bar.tsx";
import { ImageView } from "../view/image-view.tsx";
import type { Shown } from "../view/read-file.ts";
import { TableView } from "../view/table-view.tsx";
import { ViewSwitch } from "../view/view-switch.tsx";
import { DocumentBar, EditorFoot, SaveWord } from "./document-bars.tsx";
import { openDocument, releaseDocument } from "./documents.ts";
import { createEditorState, setWrapsLines, wrapsLines, type EditorState } from "./editor-state.ts";
import type { FileDocument } from "./file-document.ts";
import { FindBar } from "./find-bar.tsx";
import { TextEditor } from "./text-editor.tsx";

type Editable = Extract<Shown, { kind: "editable" }>;
type Mode = "source" | "preview";

/** A text file: its editor, and for some kinds another view of the same text. */
export function EditableFile(props: {
  shown: Editable;
  path: string;
  context: PaneContext;
  /** The file is no text any more. */
  onReplaced: () => void;
}): JSX.Element {
  const { context } = props;
  const document = openDocument(context.workspace, props.path, props.shown.text);
  onCleanup(() => void releaseDocument(document, () => context.onUnsaved(document.path())));
  createEffect(() => document.replaced() && props.onReplaced());
  const state = createEditorState();
  const view = createMode(props.shown.as, document, () => context.openFile.wanted().place !== null);
  return (
    <>
      <FileBar
        path={props.path}
        onClose={context.close}
        onMenu={(at) =>
          context.openMenu({
            ...at,
            ...fileMenu(props.path, context.actions, ownItems(document, state, view)),
          })
        }
      >
        <SaveWord document={document} />
        <Show when={props.shown.as !== "plain"}>
          <ViewSwitch options={switchOptions(props.shown.as)} chosen={view.mode()} onChoose={view.choose} />
        </Show>
        <Show when={view.mode() === "source"}>
          <EditorButtons state={state} />
        </Show>
      </FileBar>
      <DocumentBar document={document} onClose={context.close} />
      <div class="file-source" hidden={view.mode() !== "source"}>
        <Show when={view.sourceSeen()}>
          <OpenFindBar state={state} />
          <TextEditor document={document} state={state} wanted={context.openFile.wanted()} />
          <EditorFoot document={document} state={state} />
        </Show>
      </div>
      <Show when={view.mode() === "preview"}>
        <Preview
          as={props.shown.as}
          text={view.text()}
          name={baseName(props.path)}
          onDownload={() => context.actions.download(props.path)}
        />
      </Show>
    </>
  );
}

function EditorButtons(props: { state: EditorState }): JSX.Element {
  return (
    <span class="editor-buttons">
      <IconButton label={filesTexts.editor.find} onClick={() => props.state.askFind()}>
        <Search size={15} />
      </IconButton>
      <IconButton
        label={filesTexts.editor.wrap}
        pressed={wrapsLines()}
        onClick={() => setWrapsLines(!wrapsLines())}
      >
        <TextWrap size={16} />
      </IconButton>
    </span>
  );
}

function OpenFindBar(props: { state: EditorState }): JSX.Element {
  const open = createMemo(() => props.state.find()?.open === true);
  return (
    <Show when={open() && props.state.find()}>
      {(find) => (
        <Show when={props.state.editor()}>
          {(editor) => <FindBar state={find()} asked={props.state.findAsked()} control={editor().find} />}
        </Show>
      )}
    </Show>
  );
}

function Preview(props: {
  as: Editable["as"];
  text: string;
  name: string;
  onDownload: () => void;
}): JSX.Element {
  return (
    <Switch>
      <Match when={props.as === "markdown"}>
        <div class="markdown-view" tabindex={0} role="group" aria-label={filesTexts.view.preview}>
          <Markdown text={props.text} live={false} />
        </div>
      </Match>
      <Match when={props.as === "svg"}>
        <ImageView url={svgUrl(props.text)} name={props.name} onDownload={props.onDownload} />
      </Match>
      <Match when={props.as === "table"}>
        <TableView text={props.text} name={props.name} />
      </Match>
    </Switch>
  );
}

/** An SVG may hold scripts: a data URL has no origin, and browsers do not open one as a page. */
function svgUrl(text: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function switchOptions(as: Editable["as"]): { id: Mode; label: string }[] {
  const words = {
    plain: "",
    svg: filesTexts.view.picture,
    markdown: filesTexts.view.preview,
    table: filesTexts.view.table,
  };
  return [
    { id: "source", label: filesTexts.view.source },
    { id: "preview", label: words[as] },
  ];
}

interface ModeState {
  mode: Accessor<Mode>;
  choose: (mode: Mode) => void;
  /** The editor is made when it is first looked at, and stays. */
  sourceSeen: Accessor<boolean>;
  /** The text for the other view, as it is edited now. */
  text: Accessor<string>;
}

const MODES_KEY = "okcvm.files.views";

/** Which view is shown; the last choice for a kind of file holds for the next one. */
function createMode(as: Editable["as"], document: FileDocument, sourceWanted: Accessor<boolean>): ModeState {
  const [mode, setMode] = createSignal<Mode>(startMode(as));
  const [round, setRound] = createSignal(0);
  const [sourceSeen, setSourceSeen] = createSignal(false);
  onCleanup(document.onText(() => setRound((count) => count + 1)));
  createEffect(() => sourceWanted() && setMode("source"));
  createEffect(() => mode() === "source" && setSourceSeen(true));
  return {
    mode,
    sourceSeen,
    choose(next) {
      setMode(next);
      writeStored(MODES_KEY, { ...storedModes(), [as]: next });
    },
    text: createMemo(() => {
      round();
      return mode() === "preview" ? document.text() : "";
    }),
  };
}

function storedModes(): Partial<Record<string, unknown>> {
  const value = readStored(MODES_KEY);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function startMode(as: Editable["as"]): Mode {
  if (as === "plain") return "source";
  const stored = storedModes()[as];
  if (stored === "source" || stored === "preview") return stored;
  return as === "svg" ? "preview" : "source";
}

function ownItems(document: FileDocument, state: EditorState, view: ModeState): MenuItem[] {
  const editing: MenuItem[] = [
    { label: filesTexts.editor.find, run: state.askFind },
    { label: filesTexts.editor.wrap, checked: wrapsLines(), run: () => setWrapsLines(!wrapsLines()) },
  ];
  const copy = async (): Promise<void> => {
    if (await copyText(document.text())) showToast({ text: t.copied });
  };
  return [
    ...(view.mode() === "source" ? editing : []),
    { label: filesTexts.copyText, run: () => void copy() },
  ];
}
