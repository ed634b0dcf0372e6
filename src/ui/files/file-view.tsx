import ArrowLeft from "lucide-solid/icons/arrow-left";
import Download from "lucide-solid/icons/download";
import { createEffect, createSignal, Match, on, onCleanup, Show, Switch, type JSX } from "solid-js";

import { baseName } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { formatBytes } from "../format/bytes.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { createLoad } from "../state/load.ts";
import { t } from "../texts/texts.ts";
import { downloadBlob, FIRST_BYTES, readShown, type Shown } from "./read-file.ts";
import { TextView } from "./text-view.tsx";

interface Props {
  workspace: Workspace;
  path: string;
  changed: ReadonlySet<string>;
  onClose: () => void;
}

/** One open file: text, picture, sound, film, or its size and a download. */
export function FileView(props: Props): JSX.Element {
  const [limit, setLimit] = createSignal(FIRST_BYTES);
  const file = createLoad(limit, (bytes) => readShown(props.workspace, props.path, bytes));
  createEffect(
    on(
      () => props.changed,
      (paths) => paths.has(props.path) && file.reload(),
      { defer: true },
    ),
  );
  const latest = (): Shown | undefined => (file.error() ? undefined : file.value());
  createEffect(() => {
    const value = file.value();
    if (value && "url" in value) onCleanup(() => URL.revokeObjectURL(value.url));
  });
  return (
    <section class="file" aria-label={baseName(props.path)}>
      <FileBar shown={latest()} path={props.path} onClose={props.onClose} />
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
              <Content shown={value()} path={props.path} onAll={() => setLimit(Number.MAX_SAFE_INTEGER)} />
            )}
          </Show>
        </Show>
      </div>
    </section>
  );
}

function FileBar(props: { shown: Shown | undefined; path: string; onClose: () => void }): JSX.Element {
  return (
    <header class="file-bar">
      <IconButton label={t.files.back} onClick={() => props.onClose()}>
        <ArrowLeft size={16} />
      </IconButton>
      <span class="cut grow" title={props.path}>
        {props.path}
      </span>
      <Show when={props.shown}>
        {(shown) => (
          <>
            <span class="small quiet numbers">{formatBytes(shown().blob.size)}</span>
            <Show when={textOf(shown())}>
              {(text) => <CopyButton label={t.files.copyText} text={text} />}
            </Show>
            <IconButton
              label={t.files.download}
              onClick={() => downloadBlob(shown().blob, baseName(props.path))}
            >
              <Download size={15} />
            </IconButton>
          </>
        )}
      </Show>
    </header>
  );
}

function textOf(shown: Shown): string | undefined {
  return shown.kind === "text" ? shown.text : undefined;
}

type ShownOf<Kind extends Shown["kind"]> = Extract<Shown, { kind: Kind }>;

function Content(props: { shown: Shown; path: string; onAll: () => void }): JSX.Element {
  const media = (kind: "image" | "audio" | "video"): string | undefined =>
    props.shown.kind === kind && "url" in props.shown ? props.shown.url : undefined;
  const text = (): ShownOf<"text"> | undefined => (props.shown.kind === "text" ? props.shown : undefined);
  return (
    <Switch
      fallback={
        <PaneState
          text={t.files.noView(baseName(props.path), formatBytes(props.shown.blob.size))}
          action={{
            label: t.files.download,
            run: () => downloadBlob(props.shown.blob, baseName(props.path)),
          }}
        />
      }
    >
      <Match when={text()}>
        {(shown) => <TextView text={shown().text} cut={shown().cut} onAll={props.onAll} />}
      </Match>
      <Match when={media("image")}>
        {(url) => (
          <div class="file-media">
            <img src={url()} alt={baseName(props.path)} />
          </div>
        )}
      </Match>
      <Match when={media("audio")}>
        {(url) => (
          <div class="file-media">
            <audio controls src={url()} aria-label={baseName(props.path)} />
          </div>
        )}
      </Match>
      <Match when={media("video")}>
        {(url) => (
          <div class="file-media">
            <video controls src={url()} aria-label={baseName(props.path)} />
          </div>
        )}
      </Match>
    </Switch>
  );
}
