import { Show, type JSX } from "solid-js";

import type { Message } from "../../domain/message.ts";
import type { SessionState } from "../state/session-state.ts";
import { AssistantMessage } from "./assistant-message.tsx";
import { UserMessage } from "./user-message.tsx";

/** One message of the branch in view. */
export function MessageView(props: {
  message: Message;
  isLast: boolean;
  session: SessionState;
}): JSX.Element {
  return (
    <Show
      when={props.message.role === "user"}
      fallback={<AssistantMessage message={props.message} isLast={props.isLast} session={props.session} />}
    >
      <UserMessage message={props.message} session={props.session} />
    </Show>
  );
}
