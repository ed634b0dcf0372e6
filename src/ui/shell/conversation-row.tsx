import LoaderCircle from "lucide-solid/icons/loader-circle";
import Lock from "lucide-solid/icons/lock";
import Pencil from "lucide-solid/icons/pencil";
import Trash from "lucide-solid/icons/trash";
import Users from "lucide-solid/icons/users";
import { createSignal, Show, type JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import type { SharedConversation } from "../../domain/sync-status.ts";
import { formatExact, formatRelative } from "../format/time.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { SharePartSlot } from "../share/share-slots.tsx";
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
  const shared = (): SharedConversation | undefined => app.sync.shared(props.conversation.id);
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
          <Show when={app.sync.isOn() && props.conversation.encrypted}>
            <Lock class="conversation-shared" size={13} aria-label={t.sidebar.encrypted} role="img" />
          </Show>
          <Show when={(shared()?.members ?? 1) > 1}>
            <Users class="conversation-shared" size={13} aria-label={t.sidebar.shared} role="img" />
          </Show>
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
          <RemoveButton conversation={props.conversation} title={title()} role={shared()?.role} />
        </div>
      </Show>
    </li>
  );
}

/** Another's conversation is left: deleting it would take it away from everyone. */
function RemoveButton(props: {
  conversation: Conversation;
  title: string;
  role: SharedConversation["role"] | undefined;
}): JSX.Element {
  const app = useApp();
  return (
    <Show
      when={props.role === "editor" || props.role === "viewer"}
      fallback={
        <IconButton label={t.sidebar.delete(props.title)} onClick={() => void app.remove(props.conversation)}>
          <Trash size={14} />
        </IconButton>
      }
    >
      <SharePartSlot part={{ kind: "leave", conversation: props.conversation }} />
    </Show>
  );
}
