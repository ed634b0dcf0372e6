import { Match, Switch, type JSX } from "solid-js";

import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { EditorState } from "./editor-state.ts";
import type { DocumentState, FileDocument } from "./file-document.ts";

/** How the text stands to its file, in a word. */
export function SaveWord(props: { document: FileDocument }): JSX.Element {
  const state = (): DocumentState["kind"] => props.document.state().kind;
  return (
    <span class="save-word" data-state={state()} role="status">
      {filesTexts.editor.state[state()]}
    </span>
  );
}

/** What needs the person: whose text is kept, whether a deleted file is written again, why it could not be saved. */
export function DocumentBar(props: { document: FileDocument; onClose: () => void }): JSX.Element {
  const words = filesTexts.editor;
  const kind = (): DocumentState["kind"] => props.document.state().kind;
  const failure = (): Failure | undefined => {
    const state = props.document.state();
    return "error" in state ? state : undefined;
  };
  return (
    <Switch>
      <Match when={kind() === "conflict"}>
        <Bar text={words.conflict}>
          <BarButton label={words.keepMine} run={() => void props.document.keepMine()} />
          <BarButton label={words.takeTheirs} run={() => props.document.takeTheirs()} />
        </Bar>
      </Match>
      <Match when={kind() === "deleted"}>
        <Bar text={words.deleted}>
          <BarButton label={words.writeAgain} run={() => void props.document.writeAgain()} />
          <BarButton label={t.close} run={() => props.onClose()} />
        </Bar>
      </Match>
      <Match when={failure()}>
        {(state) => (
          <Bar text={words.failure[state().kind](state().error.message)}>
            <BarButton
              label={words.tryAgain}
              run={() => void (state().kind === "failed" ? props.document.save() : props.document.check())}
            />
          </Bar>
        )}
      </Match>
    </Switch>
  );
}

type Failure = Extract<DocumentState, { error: unknown }>;

function Bar(props: { text: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="document-bar" role="alert">
      <p>{props.text}</p>
      <span class="document-buttons">{props.children}</span>
    </div>
  );
}

function BarButton(props: { label: string; run: () => void }): JSX.Element {
  return (
    <button type="button" class="button" onClick={() => props.run()}>
      {props.label}
    </button>
  );
}

/** Where the cursor is, and how the text lies in its file. */
export function EditorFoot(props: { document: FileDocument; state: EditorState }): JSX.Element {
  const place = (): ReturnType<EditorState["cursor"]> => props.state.cursor();
  const words = filesTexts.editor;
  return (
    <footer class="view-foot">
      <span class="numbers cut">
        {words.position(place().line, place().column)}
        {place().selected > 0 ? ` · ${words.selected(place().selected)}` : ""}
      </span>
      <span class="foot-hint">{words.tabHintShort}</span>
      <span class="grow" />
      <span>{words.lineBreaks[props.document.format().lineBreak]}</span>
      <span>{props.document.format().bom ? words.bom : words.utf8}</span>
    </footer>
  );
}
