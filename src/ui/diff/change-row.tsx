import ChevronRight from "lucide-solid/icons/chevron-right";
import { Show, type JSX } from "solid-js";

import { baseName } from "../../domain/paths.ts";
import type { FileDiff } from "../../domain/snapshot.ts";
import { innerPath } from "../files/inner-path.ts";
import { formatBytes } from "../format/bytes.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { LineCounts } from "./line-counts.tsx";

/** The line of one changed file: how it changed, its path, its lines. It opens what is below it. */
export function ChangeRow(props: {
  root: string;
  file: FileDiff;
  /** Its lines, once they are read. */
  lines: FileDiff | undefined;
  open: boolean;
  onToggle: () => void;
}): JSX.Element {
  const path = (): string => innerPath(props.root, props.file.path);
  const folder = (): string => path().slice(0, path().length - baseName(path()).length);
  const old = (): string | undefined =>
    props.file.oldPath === undefined ? undefined : innerPath(props.root, props.file.oldPath);
  const title = (): string => (old() ? `${path()}\n${historyTexts.changes.movedFrom(old() ?? "")}` : path());
  return (
    <button
      type="button"
      class="change-row"
      aria-expanded={props.open}
      title={title()}
      onClick={() => props.onToggle()}
    >
      <ChevronRight class="change-chevron" size={13} />
      <span
        class="change-status"
        data-status={props.file.status}
        title={historyTexts.changes.status[props.file.status]}
      >
        <span aria-hidden="true">{historyTexts.changes.letter[props.file.status]}</span>
        <span class="hidden-label">{historyTexts.changes.status[props.file.status]}</span>
      </span>
      <span class="change-path grow">
        <Show when={folder()}>
          <span class="change-folder">{folder()}</span>
        </Show>
        <span class="change-name">{baseName(path())}</span>
        <Show when={old()}>
          {(from) => <span class="change-old">{historyTexts.changes.movedFrom(from())}</span>}
        </Show>
      </span>
      <Show when={props.lines}>{(lines) => <Amount diff={lines()} />}</Show>
    </button>
  );
}

function Amount(props: { diff: FileDiff }): JSX.Element {
  return (
    <Show
      when={props.diff.hunks}
      fallback={
        <span class="change-amount quiet numbers">
          {formatBytes((props.diff.after ?? props.diff.before)?.size ?? 0)}
        </span>
      }
    >
      <LineCounts additions={props.diff.additions} deletions={props.diff.deletions} />
    </Show>
  );
}
