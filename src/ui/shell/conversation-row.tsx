import LoaderCircle from "lucide-solid/icons/loader-circle";
import Pencil from "lucide-solid/icons/pencil";
import Trash from "lucide-solid/icons/trash";
import { createSignal, Show, type JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { formatExact, formatRelative } from "../format/time.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";
import { NameField } from "./name-field.tsx";

/** One conversation of the list, with rename and delete. */
export function ConversationRow(props: {
  conversation: Conversation;
  now: number;
  onOpen: () => void;
}): JSX.Element {
  const app = useApp();
  const [editing, setEditing] = createSignal(false);
  const title = (): string => props.conversation.title || t.untitled;
  const active = (): boolean => app.session()?.session.id === props.conversation.id;
  return (
    <li class="conversation" classList={{ "is-active": active() }}>
      <Show
        when={!editing()}
        fallback={
          <NameField
            value={props.conversation.title}
            label={t.shell.titleLabel}
            onDone={(name) => {
              setEditing(false);
              if (name !== null) void app.rename(props.conversation.id, name);
            }}
          />
        }
      >
        <button
          type="button"
          class="conversation-open"
          aria-current={active() ? "page" : undefined}
          title={title()}
          onClick={() => props.onOpen()}
        >
          <span class="cut grow">{title()}</span>
          <Show when={app.isRunning(props.conversation.id)}>
            <LoaderCircle class="spin" size={13} aria-label={t.shell.working} />
          </Show>
          <time class="conversation-time" title={formatExact(props.conversation.updatedAt)}>
            {formatRelative(props.conversation.updatedAt, props.now)}
          </time>
        </button>
        <div class="conversation-actions">
          <IconButton label={t.sidebar.rename(title())} onClick={() => setEditing(true)}>
            <Pencil size={14} />
          </IconButton>
          <IconButton label={t.sidebar.delete(title())} onClick={() => void app.remove(props.conversation)}>
            <Trash size={14} />
          </IconButton>
        </div>
      </Show>
    </li>
  );
}
