import LogOut from "lucide-solid/icons/log-out";
import { Match, Switch, type JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import type { ShareRequest } from "../state/app-state.ts";
import { shareTexts } from "../texts/share-texts.ts";
import { t } from "../texts/texts.ts";
import { JoinDialog } from "./join-dialog.tsx";
import { LeaveQuestion } from "./leave-question.tsx";
import { NoLongerShared, ReadOnlyLine, UnopenedLine } from "./read-only.tsx";
import { ShareDialog } from "./share-dialog.tsx";

/** Something of shared conversations that is drawn: all of it is loaded together, and not before. */
export type SharePart =
  | { kind: "dialog"; request: ShareRequest }
  | { kind: "join"; link: string }
  | { kind: "read-only"; conversationId: string }
  | { kind: "no-longer" }
  | { kind: "unopened"; count: number }
  | { kind: "leave"; conversation: Conversation };

export function SharePartView(props: { part: SharePart }): JSX.Element {
  const as = <Kind extends SharePart["kind"]>(kind: Kind): Extract<SharePart, { kind: Kind }> | undefined =>
    props.part.kind === kind ? (props.part as Extract<SharePart, { kind: Kind }>) : undefined;
  return (
    <Switch fallback={<NoLongerShared />}>
      <Match when={as("dialog")}>{(part) => <RequestView request={part().request} />}</Match>
      <Match when={as("join")}>{(part) => <JoinDialog link={part().link} />}</Match>
      <Match when={as("read-only")}>
        {(part) => <ReadOnlyLine conversationId={part().conversationId} />}
      </Match>
      <Match when={as("unopened")}>{(part) => <UnopenedLine count={part().count} />}</Match>
      <Match when={as("leave")}>{(part) => <LeaveButton conversation={part().conversation} />}</Match>
    </Switch>
  );
}

function RequestView(props: { request: ShareRequest }): JSX.Element {
  return (
    <Switch fallback={<ShareDialog conversation={props.request.conversation} />}>
      <Match when={props.request.mode === "leave"}>
        <LeaveQuestion conversation={props.request.conversation} />
      </Match>
    </Switch>
  );
}

/** Another's conversation is left: deleting it would take it away from everyone. */
function LeaveButton(props: { conversation: Conversation }): JSX.Element {
  const app = useApp();
  const title = (): string => props.conversation.title || t.untitled;
  return (
    <IconButton
      label={shareTexts.leave.of(title())}
      onClick={() => app.showShare({ mode: "leave", conversation: props.conversation })}
    >
      <LogOut size={14} />
    </IconButton>
  );
}
