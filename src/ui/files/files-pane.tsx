import FolderOpen from "lucide-solid/icons/folder-open";
import { createEffect, createSignal, Show, type JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { fileToReveal, revealFile } from "../state/reveal-file.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { FileTree } from "./file-tree.tsx";
import { FileView } from "./file-view.tsx";
import { createTreeState } from "./tree-state.ts";

/** The workspace: its tree, and the file that is open. */
export function FilesPane(props: { session: SessionState }): JSX.Element {
  const workspace = props.session.session.workspace;
  const tree = createTreeState(workspace);
  const [open, setOpen] = createSignal<string | null>(null);
  createEffect(() => {
    const wanted = fileToReveal();
    if (wanted === null) return;
    const inner = wanted.startsWith(`${workspace.root}/`) ? wanted.slice(workspace.root.length + 1) : wanted;
    tree.reveal(inner);
    setOpen(inner);
    revealFile(null);
  });
  return (
    <Show
      when={tree.loaded()}
      fallback={
        <Show when={tree.error()} fallback={<Skeleton label={t.loading} />}>
          {(error) => (
            <PaneState alert text={error().message} action={{ label: t.retry, run: tree.reload }} />
          )}
        </Show>
      }
    >
      <Show
        when={tree.rows().length > 0}
        fallback={
          <PaneState icon={<FolderOpen size={22} />} title={t.files.emptyTitle} text={t.files.empty} />
        }
      >
        <div class="files" classList={{ "has-file": open() !== null }}>
          <FileTree tree={tree} selected={open()} onOpen={setOpen} />
          <Show when={open()} keyed>
            {(path) => (
              <FileView
                workspace={workspace}
                path={path}
                changed={tree.changed()}
                onClose={() => setOpen(null)}
              />
            )}
          </Show>
        </div>
      </Show>
    </Show>
  );
}
