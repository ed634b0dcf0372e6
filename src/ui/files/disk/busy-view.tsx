import { Show, type JSX } from "solid-js";

import type { DiskProgress } from "../../../vm/disk/api.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import type { Busy } from "./disk-tasks.ts";

/** What is being done now, how far it is, and how to stop it. */
export function BusyView(props: { busy: Busy | null }): JSX.Element {
  return (
    <Show when={props.busy}>
      {(busy) => (
        <div class="disk-busy">
          <p role="status" class="numbers">
            {wordsOf(busy().name, busy().progress)}
          </p>
          <div class="meter" role="progressbar" {...valuesOf(busy().progress)}>
            <span style={{ width: `${shareOf(busy().progress) * 100}%` }} />
          </div>
          <button type="button" class="button" onClick={() => busy().stop()}>
            {diskTexts.busy.stop}
          </button>
        </div>
      )}
    </Show>
  );
}

function wordsOf(name: string, progress: DiskProgress | null): string {
  if (!progress) return diskTexts.busy.starting;
  const { phase, done, total } = progress;
  if (phase === "looking" || total === null) return diskTexts.busy.looking(name, done);
  // The last file is read: what is left is making the changes durable.
  if (phase === "reading" && done === total) return diskTexts.busy.keeping;
  return diskTexts.busy[phase](done, total);
}

function shareOf(progress: DiskProgress | null): number {
  if (!progress || progress.total === null) return 0;
  return progress.total === 0 ? 1 : progress.done / progress.total;
}

/** A bar without a value says that its end is not known. */
function valuesOf(progress: DiskProgress | null): Record<string, string | number> {
  const label = { "aria-label": diskTexts.title };
  if (!progress || progress.total === null) return label;
  return { ...label, "aria-valuemin": 0, "aria-valuemax": progress.total, "aria-valuenow": progress.done };
}
