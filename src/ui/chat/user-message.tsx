import FileText from "lucide-solid/icons/file-text";
import Pencil from "lucide-solid/icons/pencil";
import { createSignal, For, Show, type JSX } from "solid-js";

import { textOf, type AttachmentPart, type Message } from "../../domain/message.ts";
import { formatBytes } from "../format/bytes.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import { EditMessage } from "./edit-message.tsx";

/** What the person wrote, as they wrote it. */
export function UserMessage(props: { message: Message; session: SessionState }): JSX.Element {
  const app = useApp();
  const [editing, setEditing] = createSignal(false);
  const files = (): AttachmentPart[] => props.message.parts.filter((part) => part.type === "attachment");
  const text = (): string => textOf(props.message);
  return (
    <article class="message user">
      <h2 class="hidden-label">{t.chat.you}</h2>
      <Show
        when={!editing()}
        fallback={
          <EditMessage message={props.message} session={props.session} onClose={() => setEditing(false)} />
        }
      >
        <Show when={text()}>
          <div class="user-text">{text()}</div>
        </Show>
        <Show when={files().length > 0}>
          <ul class="plain user-files">
            <For each={files()}>
              {(file) => (
                <li class="chip">
                  <FileText size={14} />
                  <span class="cut">{file.name}</span>
                  <span class="quiet numbers">{formatBytes(file.size)}</span>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <footer class="message-actions">
          <BranchSwitch message={props.message} session={props.session} />
          <CopyButton label={t.chat.copyMessage} text={text} />
          <Show when={!app.readOnly()}>
            <IconButton
              label={t.chat.edit}
              disabled={props.session.running()}
              onClick={() => setEditing(true)}
            >
              <Pencil size={15} />
            </IconButton>
          </Show>
        </footer>
      </Show>
    </article>
  );
}
