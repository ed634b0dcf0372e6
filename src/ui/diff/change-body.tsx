import { Match, Show, Switch, type JSX } from "solid-js";

import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { t } from "../texts/texts.ts";
import { notesOf } from "./change-notes.ts";
import type { Detail, Moments } from "./comparison.ts";
import { ImagePair, type Picture } from "./image-pair.tsx";
import { isPicture } from "./image-url.ts";
import { TextLines } from "./text-lines.tsx";

/** What changed in one file: its lines, its pictures, or words on why there are none. */
export function ChangeBody(props: {
  workspace: Workspace;
  moments: Moments;
  detail: Detail | undefined;
  split: boolean;
  onRetry: () => void;
}): JSX.Element {
  const ready = (): FileDiff | undefined => (props.detail?.state === "ready" ? props.detail.diff : undefined);
  const failure = (): string | undefined =>
    props.detail?.state === "failed" ? props.detail.error.message : undefined;
  return (
    <Switch fallback={<Skeleton label={t.loading} lines={3} />}>
      <Match when={failure()}>
        {(text) => <PaneState alert text={text()} action={{ label: t.retry, run: props.onRetry }} />}
      </Match>
      <Match when={ready()}>
        {(diff) => (
          <Content workspace={props.workspace} moments={props.moments} diff={diff()} split={props.split} />
        )}
      </Match>
    </Switch>
  );
}

interface ContentProps {
  workspace: Workspace;
  moments: Moments;
  diff: FileDiff;
  split: boolean;
}

function Content(props: ContentProps): JSX.Element {
  const picture = (side: "before" | "after"): Picture | null => pictureOf(props, side);
  const hasPictures = (): boolean => picture("before") !== null || picture("after") !== null;
  const newText = async (): Promise<string> =>
    (await readSide(props.workspace, props.moments.to, props.diff.path)).text();
  const notes = (): string[] => notesOf(props.diff, hasPictures());
  return (
    <>
      <Show when={notes().length > 0}>
        <p class="diff-note">{notes().join(" ")}</p>
      </Show>
      <Show when={hasPictures()}>
        <ImagePair before={picture("before")} after={picture("after")} />
      </Show>
      <Show when={(props.diff.hunks?.length ?? 0) > 0 && props.diff.hunks}>
        {(hunks) => (
          <TextLines
            path={props.diff.path}
            hunks={hunks()}
            // A file that came or went has one side only.
            split={props.split && props.diff.before !== null && props.diff.after !== null}
            newText={newText}
          />
        )}
      </Show>
    </>
  );
}

function readSide(workspace: Workspace, moment: string | null, path: string): Promise<Blob> {
  return moment === null ? workspace.readBlob(path) : workspace.readAt(moment, path);
}

function pictureOf(props: ContentProps, side: "before" | "after"): Picture | null {
  const { workspace, moments, diff } = props;
  const file = diff[side];
  const path = side === "before" ? (diff.oldPath ?? diff.path) : diff.path;
  if (file?.kind !== "file" || !isPicture(path, file.size)) return null;
  const moment = side === "before" ? moments.from : moments.to;
  return { path, size: file.size, read: () => readSide(workspace, moment, path) };
}
