import FolderOpen from "lucide-solid/icons/folder-open";
import { Match, Show, Switch, type JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";
import { filesTexts } from "../texts/files-texts.ts";
import { beginNew, paneMenu, rowMenu } from "./file-menus.ts";
import type { FilesState } from "./files-state.ts";
import { FilesToolbar } from "./files-toolbar.tsx";
import { SearchView } from "./search/search-view.tsx";
import { FileTree } from "./tree/file-tree.tsx";
import type { TreeRow } from "./tree/tree-rows.ts";

/** The left side of the pane: the tree with its toolbar, or the search in its place. */
export function FilesSide(props: { files: FilesState }): JSX.Element {
  const { files } = props;
  return (
    <div class="files-side">
      <Show when={files.searchAsked() > 0} fallback={<TreeSide files={files} />}>
        <SearchView
          search={files.search}
          asked={files.searchAsked()}
          onOpen={(path, place) => {
            files.tree.reveal(path);
            files.openFile.open(path, { place, focus: true });
          }}
          onClose={() => files.setSearching(false)}
        />
      </Show>
      <TaskLine files={files} />
    </div>
  );
}

function TreeSide(props: { files: FilesState }): JSX.Element {
  const { files } = props;
  const { readOnly } = useApp();
  return (
    <>
      <FilesToolbar
        searching={false}
        readOnly={readOnly()}
        onNew={(kind) => beginNew(kind, files.folder(), files)}
        onUpload={() => files.upload(files.folder())}
        onSearch={() => files.setSearching(true)}
        onMore={(at) => files.setMenu({ ...at, label: filesTexts.more, groups: paneMenu(files, readOnly()) })}
      />
      <Switch fallback={<Tree files={files} />}>
        <Match when={!files.tree.loaded() && files.tree.error()}>
          {(error) => (
            <PaneState alert text={error().message} action={{ label: t.retry, run: files.tree.reload }} />
          )}
        </Match>
        <Match when={!files.tree.loaded()}>
          <Skeleton label={t.loading} />
        </Match>
        <Match when={files.tree.rows().length === 0 && files.naming.naming() === null}>
          <div class="files-empty" classList={{ "is-target": files.zone.target() !== null }}>
            <PaneState
              icon={<FolderOpen size={22} />}
              title={filesTexts.emptyTitle}
              text={readOnly() ? filesTexts.emptyReadOnly : filesTexts.empty}
              action={readOnly() ? undefined : { label: filesTexts.upload, run: () => files.upload("") }}
            />
          </div>
        </Match>
      </Switch>
    </>
  );
}

function Tree(props: { files: FilesState }): JSX.Element {
  const { files } = props;
  const { readOnly } = useApp();
  const menu = (row: TreeRow, at: { x: number; y: number }): void =>
    files.setMenu({ ...at, label: filesTexts.moreFor(row.name), groups: rowMenu(row, files, readOnly()) });
  return (
    <FileTree
      tree={files.tree}
      focus={files.focus}
      naming={files.naming}
      selected={files.openFile.path()}
      target={files.zone.target()}
      commands={{
        open: (path, options) => files.openFile.open(path, options),
        menu,
        rename: (row) =>
          files.naming.begin({ kind: "rename", path: row.path, isFolder: row.kind === "directory" }),
        remove: (row) => files.actions.remove(row.path),
      }}
    />
  );
}

/** What is being done with files now, and how to stop it. */
function TaskLine(props: { files: FilesState }): JSX.Element {
  return (
    <div class="task-line" role="status" hidden={props.files.progress.task() === null}>
      <Show when={props.files.progress.task()}>
        {(task) => (
          <>
            <span class="cut grow">{task().label}</span>
            <Show when={task().stop}>
              {(stop) => (
                <button type="button" class="text-button" onClick={() => stop()()}>
                  {filesTexts.progress.stop}
                </button>
              )}
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}
