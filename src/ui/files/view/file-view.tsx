import {
  createEffect,
  createMemo,
  createSignal,
  Match,
  onCleanup,
  Show,
  Switch,
  untrack,
  type JSX,
} from "solid-js";

import { toErrorValue } from "../../../domain/errors.ts";
import { baseName } from "../../../domain/paths.ts";
import { formatBytes } from "../../format/bytes.ts";
import { PaneState, Skeleton } from "../../parts/pane-state.tsx";
import { createLoad } from "../../state/load.ts";
import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import { readDraft } from "../edit/drafts.ts";
import { EditableFile } from "../edit/editable-file.tsx";
import { EDIT_LIMIT } from "../edit/file-document.ts";
import { touches } from "../edit/touches.ts";
import { fileMenu } from "../file-menus.ts";
import type { PaneContext } from "../pane-context.ts";
import { FileBar } from "./file-bar.tsx";
import { ImageView } from "./image-view.tsx";
import { PdfView } from "./pdf-view.tsx";
import { FIRST_BYTES, readShown, type Shown } from "./read-file.ts";
import { TextView } from "./text-view.tsx";

/** One open file: an editor for text, a view for pictures, sounds, films and PDF, else its size and a download. */
export function FileView(props: { context: PaneContext }): JSX.Element {
  const { workspace, openFile } = props.context;
  const path = createMemo<string>((last) => openFile.path() ?? last, openFile.path() ?? "");
  const [limit, setLimit] = createSignal(FIRST_BYTES);
  const file = createLoad(limit, (bytes) => readOrDraft(workspace, untrack(path), bytes));
  const latest = (): Shown | undefined => (file.error() ? undefined : file.value());
  onCleanup(
    workspace.subscribe((changes) => {
      // An editor follows its file by itself.
      if (latest()?.kind !== "editable" && changes.some((one) => touches(one, path()))) file.reload();
    }),
  );
  createEffect(() => {
    const value = file.value();
    if (value && "url" in value) onCleanup(() => URL.revokeObjectURL(value.url));
  });
  const editable = (): Extract<Shown, { kind: "editable" }> | undefined => {
    const value = latest();
    return value?.kind === "editable" ? value : undefined;
  };
  return (
    <section class="file" aria-label={baseName(path())}>
      <Show
        when={editable()}
        fallback={
          <>
            <PlainBar path={path()} shown={latest()} context={props.context} />
            <div class="file-body">
              <Show
                when={!file.error()}
                fallback={
                  <PaneState
                    alert
                    text={file.error()?.message ?? ""}
                    action={{ label: t.retry, run: file.reload }}
                  />
                }
              >
                <Show when={latest()} fallback={<Skeleton label={t.loading} />}>
                  {(value) => (
                    <Content
                      shown={value()}
                      name={baseName(path())}
                      onAll={() => setLimit(Number.MAX_SAFE_INTEGER)}
                      onDownload={() => props.context.actions.download(path())}
                    />
                  )}
                </Show>
              </Show>
            </div>
          </>
        }
      >
        {(shown) => (
          <EditableFile shown={shown()} path={path()} context={props.context} onReplaced={file.reload} />
        )}
      </Show>
    </section>
  );
}

/** A file that is gone may have left a draft, which is shown with what can be done about it. */
async function readOrDraft(workspace: PaneContext["workspace"], path: string, bytes: number): Promise<Shown> {
  try {
    return await readShown(workspace, path, bytes);
  } catch (error) {
    if (toErrorValue(error).code !== "not-found" || !readDraft(workspace.root, path)) throw error;
    return { kind: "editable", text: null, blob: new Blob(), as: "plain" };
  }
}

function PlainBar(props: { path: string; shown: Shown | undefined; context: PaneContext }): JSX.Element {
  return (
    <FileBar
      path={props.path}
      onClose={props.context.close}
      onMenu={(at) => props.context.openMenu({ ...at, ...fileMenu(props.path, props.context.actions, []) })}
    >
      <Show when={props.shown}>
        {(shown) => <span class="save-word numbers">{formatBytes(shown().blob.size)}</span>}
      </Show>
    </FileBar>
  );
}

interface ContentProps {
  shown: Shown;
  name: string;
  onAll: () => void;
  onDownload: () => void;
}

function Content(props: ContentProps): JSX.Element {
  const url = (kind: Shown["kind"]): string | undefined =>
    props.shown.kind === kind && "url" in props.shown ? props.shown.url : undefined;
  const text = (): Extract<Shown, { kind: "text" }> | undefined =>
    props.shown.kind === "text" ? props.shown : undefined;
  return (
    <Switch
      fallback={
        <PaneState
          text={filesTexts.noView(props.name, formatBytes(props.shown.blob.size))}
          action={{ label: filesTexts.download, run: () => props.onDownload() }}
        />
      }
    >
      <Match when={text()}>
        {(shown) => (
          <>
            <p class="file-note is-head">{filesTexts.tooLargeToEdit(formatBytes(EDIT_LIMIT))}</p>
            <TextView text={shown().text} cut={shown().cut} onAll={props.onAll} />
          </>
        )}
      </Match>
      <Match when={url("image")}>
        {(source) => <ImageView url={source()} name={props.name} onDownload={props.onDownload} />}
      </Match>
      <Match when={url("pdf")}>
        {(source) => <PdfView url={source()} name={props.name} onDownload={props.onDownload} />}
      </Match>
      <Match when={url("audio")}>
        {(source) => (
          <div class="file-media">
            <audio controls src={source()} aria-label={props.name} />
          </div>
        )}
      </Match>
      <Match when={url("video")}>
        {(source) => (
          <div class="file-media">
            <video controls src={source()} aria-label={props.name} />
          </div>
        )}
      </Match>
    </Switch>
  );
}
