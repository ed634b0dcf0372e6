import { createSignal, For, Show, type JSX } from "solid-js";

import type { FileDiff } from "../../../domain/snapshot.ts";
import type { DiskDifference, FileVersion, LinkedFolder } from "../../../vm/disk/api.ts";
import { ChangeRow } from "../../diff/change-row.tsx";
import { diskTexts } from "../../texts/disk-texts.ts";
import { statusOf, tickOf, type Choice } from "./choices.ts";
import { DifferenceBody } from "./difference-body.tsx";

interface Props {
  file: DiskDifference;
  folder: LinkedFolder;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

/** One file that differs: what is to become of it, and its lines when it is opened. */
export function DifferenceRow(props: Props): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [lines, setLines] = createSignal<FileDiff>();
  const conflict = (): boolean => props.file.changed === "both";
  return (
    <li class="change">
      <div class="disk-line">
        <Show when={!conflict()}>
          <Tick {...props} />
        </Show>
        <ChangeRow
          root=""
          file={rowOf(props.file)}
          lines={lines()}
          open={open()}
          onToggle={() => setOpen(!open())}
        />
        <Show when={note(props.file)}>{(words) => <span class="disk-removes">{words()}</span>}</Show>
      </div>
      <Show when={conflict()}>
        <Conflict {...props} />
      </Show>
      <Show when={open()}>
        <DifferenceBody file={props.file} folder={props.folder} onLines={setLines} />
      </Show>
    </li>
  );
}

function Tick(props: Props): JSX.Element {
  const words = (): string => {
    const { path, changed, here, disk } = props.file;
    if (changed === "disk") return disk ? diskTexts.tickTake(path) : diskTexts.tickRemove(path);
    return here ? diskTexts.tickWrite(path) : diskTexts.tickDelete(path);
  };
  return (
    <label class="disk-tick">
      <input
        type="checkbox"
        aria-label={words()}
        checked={props.choice === tickOf(props.file)}
        onChange={(event) => props.onChoose(event.currentTarget.checked ? tickOf(props.file) : "leave")}
      />
    </label>
  );
}

const CHOICES: readonly Choice[] = ["leave", "write", "take"];

function Conflict(props: Props): JSX.Element {
  const label = (choice: Choice): string => {
    if (choice === "write" && !props.file.here) return diskTexts.choices.writeDelete;
    if (choice === "take" && !props.file.disk) return diskTexts.choices.takeDelete;
    return diskTexts.choices[choice];
  };
  return (
    <div class="disk-conflict">
      <span class="small">{conflictWords(props.file)}</span>
      <select
        class="input"
        aria-label={diskTexts.choiceOf(props.file.path)}
        onChange={(event) => props.onChoose(CHOICES[event.currentTarget.selectedIndex] ?? "leave")}
      >
        <For each={CHOICES}>
          {(choice) => <option selected={props.choice === choice}>{label(choice)}</option>}
        </For>
      </select>
    </div>
  );
}

function conflictWords({ here, disk, known }: DiskDifference): string {
  if (!known) return diskTexts.conflict.unknown;
  if (!here) return diskTexts.conflict.goneHere;
  return disk ? diskTexts.conflict.both : diskTexts.conflict.goneThere;
}

/** A deletion says so beside its letter. */
function note(file: DiskDifference): string | null {
  if (file.changed === "here" && !file.here) return diskTexts.deletesThere;
  if (file.changed === "disk" && !file.disk) return diskTexts.deletesHere;
  return null;
}

/** As the row of a changed file wants it: how it changes on the side that is changed. */
function rowOf(file: DiskDifference): FileDiff {
  const to = file.changed === "disk" ? "here" : "disk";
  const [before, after] = to === "disk" ? [file.disk, file.here] : [file.here, file.disk];
  const side = (version: FileVersion | null): FileDiff["before"] =>
    version && { kind: "file", mode: 0o644, size: version.size };
  return {
    path: file.path,
    status: statusOf(file, to),
    before: side(before),
    after: side(after),
    binary: false,
    additions: 0,
    deletions: 0,
    hunks: null,
  };
}
