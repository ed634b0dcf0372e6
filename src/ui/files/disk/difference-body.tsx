import { createEffect, Match, Show, Switch, type JSX } from "solid-js";

import type { FileDiff } from "../../../domain/snapshot.ts";
import type { DiskDifference, LinkedFolder } from "../../../vm/disk/api.ts";
import { notesOf } from "../../diff/change-notes.ts";
import { ImagePair, type Picture } from "../../diff/image-pair.tsx";
import { isPicture } from "../../diff/image-url.ts";
import { TextLines } from "../../diff/text-lines.tsx";
import { PaneState, Skeleton } from "../../parts/pane-state.tsx";
import { createLoad } from "../../state/load.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import { t } from "../../texts/texts.ts";
import { textDifference } from "./text-difference.ts";

/** Both sides of a file as they were read, and how one becomes the other. */
interface Sides {
  before: Blob | null;
  after: Blob | null;
  diff: FileDiff;
}

/** What would change in a file: its lines, its pictures, or words on why there are none. */
export function DifferenceBody(props: {
  file: DiskDifference;
  folder: LinkedFolder;
  onLines: (diff: FileDiff) => void;
}): JSX.Element {
  const toHere = (): boolean => props.file.changed === "disk";
  const sides = createLoad(
    () => props.file,
    async ({ path }): Promise<Sides> => {
      const { here, disk } = await props.folder.contents(path);
      const [before, after] = toHere() ? [here, disk] : [disk, here];
      return { before, after, diff: await textDifference(path, before, after) };
    },
  );
  createEffect(() => {
    const found = sides.value();
    if (found) props.onLines(found.diff);
  });
  return (
    <div class="change-body">
      <Switch fallback={<Skeleton label={t.loading} lines={3} />}>
        <Match when={sides.error()}>
          {(error) => (
            <PaneState alert text={error().message} action={{ label: t.retry, run: sides.reload }} />
          )}
        </Match>
        <Match when={sides.value()}>
          {(found) => (
            <>
              <p class="diff-note">{toHere() ? diskTexts.toHere : diskTexts.toDisk}</p>
              <Content sides={found()} />
            </>
          )}
        </Match>
      </Switch>
    </div>
  );
}

function Content(props: { sides: Sides }): JSX.Element {
  const { diff } = props.sides;
  const before = pictureOf(diff.path, props.sides.before);
  const after = pictureOf(diff.path, props.sides.after);
  const same = diff.status === "modified" && diff.hunks?.length === 0;
  const notes = same ? [diskTexts.sameNow] : notesOf(diff, before !== null || after !== null);
  const newText = async (): Promise<string> => (await props.sides.after?.text()) ?? "";
  return (
    <>
      <Show when={notes.length > 0}>
        <p class="diff-note">{notes.join(" ")}</p>
      </Show>
      <Show when={before ?? after}>
        <ImagePair before={before} after={after} />
      </Show>
      <Show when={diff.hunks && diff.hunks.length > 0 && diff.hunks}>
        {(hunks) => <TextLines path={diff.path} hunks={hunks()} split={false} newText={newText} />}
      </Show>
    </>
  );
}

function pictureOf(path: string, content: Blob | null): Picture | null {
  if (!content || !isPicture(path, content.size)) return null;
  return { path, size: content.size, read: async () => content };
}
