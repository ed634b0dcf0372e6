import { onMount, Show, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { saveDocuments } from "./edit/documents.ts";
import { FilesSide } from "./files-side.tsx";
import { createFilesState } from "./files-state.ts";
import { Menu } from "./menu.tsx";
import { ChoiceDialog } from "./operations/choice-dialog.tsx";
import { FileView } from "./view/file-view.tsx";

/** The workspace: its tree or a search in it, and the file that is open. */
export function FilesPane(props: { session: SessionState }): JSX.Element {
  const app = useApp();
  const { workspace } = props.session.session;
  const files = createFilesState(workspace, () => app.layout.showPane("files"));
  let root!: HTMLDivElement;
  onMount(() => files.zone.attach(root));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "s") return;
    // Else the browser would save its page.
    event.preventDefault();
    void saveDocuments(workspace, "");
  };
  return (
    <div
      ref={(element) => (root = element)}
      class="files"
      classList={{ "has-file": files.openFile.path() !== null }}
      onKeyDown={onKeyDown}
    >
      <FilesSide files={files} />
      <Show when={files.openFile.turn()} keyed>
        <FileView context={files.context} />
      </Show>
      <Show when={files.menu()} keyed>
        {(menu) => <Menu menu={menu} onClose={() => files.setMenu(null)} />}
      </Show>
      <Show when={files.asker.question()} keyed>
        {(question) => <ChoiceDialog question={question} onAnswer={files.asker.answer} />}
      </Show>
    </div>
  );
}
