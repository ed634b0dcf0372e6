import ArrowDown from "lucide-solid/icons/arrow-down";
import { createEffect, createMemo, For, on, Show, type JSX } from "solid-js";

import type { Message } from "../../domain/message.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { createFollow } from "./follow.ts";
import { MessageView } from "./message-view.tsx";

/** The branch in view, which keeps to its end while the reader is there. */
export function MessageList(props: { messages: Message[]; session: SessionState }): JSX.Element {
  let scroller!: HTMLDivElement;
  let content!: HTMLDivElement;
  const follow = createFollow(
    () => scroller,
    () => content,
  );
  const byId = createMemo(() => new Map(props.messages.map((message) => [message.id, message])));
  const ids = createMemo(() => props.messages.map((message) => message.id), [], { equals: sameIds });
  // A memo: the effect below must run for a new message of the person's, not for each piece of a reply.
  const lastUser = createMemo(() => props.messages.findLast((message) => message.role === "user")?.id);
  createEffect(on(lastUser, () => follow.toEnd(), { defer: true }));
  const onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest("[aria-expanded], [data-action], summary"))
      follow.hold();
  };
  return (
    <div class="messages-frame">
      <div
        ref={(element) => (scroller = element)}
        class="messages"
        tabindex={0}
        role="log"
        aria-label={t.chat.messages}
        aria-live="off"
      >
        <div ref={(element) => (content = element)} class="messages-column" onClick={onClick}>
          <For each={ids()}>
            {(id) => {
              const message = createMemo<Message | undefined>((last) => byId().get(id) ?? last);
              return (
                <Show when={message()}>
                  {(found) => (
                    <MessageView message={found()} isLast={ids().at(-1) === id} session={props.session} />
                  )}
                </Show>
              );
            }}
          </For>
        </div>
      </div>
      <Show when={follow.newBelow()}>
        <button type="button" class="new-below" onClick={() => follow.toEnd()}>
          <ArrowDown size={14} />
          {t.chat.newBelow}
        </button>
      </Show>
    </div>
  );
}

function sameIds(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
