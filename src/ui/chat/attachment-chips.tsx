import CircleAlert from "lucide-solid/icons/circle-alert";
import FileText from "lucide-solid/icons/file-text";
import X from "lucide-solid/icons/x";
import { Index, Show, type JSX } from "solid-js";

import { formatBytes } from "../format/bytes.ts";
import { t } from "../texts/texts.ts";
import type { Attachment, Attachments } from "./attachments.ts";

/** The files that go with the next message. */
export function AttachmentChips(props: { attachments: Attachments }): JSX.Element {
  return (
    <Show when={props.attachments.list().length > 0}>
      <ul class="plain chips">
        <Index each={props.attachments.list()}>
          {(file) => <Chip file={file()} onRemove={() => props.attachments.remove(file().key)} />}
        </Index>
      </ul>
    </Show>
  );
}

function Chip(props: { file: Attachment; onRemove: () => void }): JSX.Element {
  const underway = (): boolean => !props.file.uploaded && !props.file.problem;
  return (
    <li
      class="chip"
      classList={{ "is-problem": Boolean(props.file.problem) }}
      title={props.file.problem ?? props.file.name}
    >
      <Show when={props.file.problem} fallback={<FileText size={14} />}>
        <CircleAlert size={14} />
      </Show>
      <span class="cut">{props.file.name}</span>
      <Show
        when={props.file.problem}
        fallback={<span class="quiet numbers">{formatBytes(props.file.size)}</span>}
      >
        {(problem) => <span class="chip-problem cut">{problem()}</span>}
      </Show>
      <button
        type="button"
        class="chip-x"
        aria-label={t.composer.removeFile(props.file.name)}
        onClick={() => props.onRemove()}
      >
        <X size={13} />
      </button>
      <Show when={underway()}>
        <progress max={1} value={props.file.progress} aria-label={t.composer.uploading(props.file.name)} />
      </Show>
    </li>
  );
}
