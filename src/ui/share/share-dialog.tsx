import { createMemo, Match, Show, type JSX } from "solid-js";

import { titleFrom, type Conversation } from "../../domain/conversation.ts";
import type { SpaceMember } from "../../domain/sync-status.ts";
import { AccountSwitch } from "../account/account-switch.tsx";
import { createConfirm } from "../account/confirm.tsx";
import { NeedsAccount } from "../account/needs-account.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { shareTexts } from "../texts/share-texts.ts";
import { t } from "../texts/texts.ts";
import { InviteSection } from "./invite-section.tsx";
import { MembersSection } from "./members-section.tsx";
import { NameSection } from "./name-section.tsx";
import "../account/account.css";
import "./share.css";

/** Who is in a conversation, and the way to let others in. */
export function ShareDialog(props: { conversation: Conversation }): JSX.Element {
  const { sync, showShare } = useApp();
  const title = (): string => titleFrom(props.conversation.title || t.untitled);
  const leave = (): void => showShare(null);
  return (
    <Dialog class="share-dialog" title={shareTexts.title(title())} onClose={leave}>
      <div class="account-dialog" tabindex={-1} autofocus>
        <AccountSwitch>
          <Match when={sync.account() === null}>
            <NeedsAccount text={shareTexts.noAccount} action={shareTexts.toAccount} onLeave={leave} />
          </Match>
          <Match when={sync.signedOut()}>
            <NeedsAccount text={[shareTexts.signedOut]} action={shareTexts.toSignIn} onLeave={leave} />
          </Match>
          <Match when={sync.account()}>
            <People conversation={props.conversation} />
          </Match>
        </AccountSwitch>
      </div>
    </Dialog>
  );
}

/** Codes of what will not be different the next time. */
const OVER = new Set(["exists", "not-found"]);

function People(props: { conversation: Conversation }): JSX.Element {
  const { okcvm, sync } = useApp();
  const { id } = props.conversation;
  // Asked for again when the server can be reached again, and when someone came or went.
  const moment = createMemo(() => {
    const { role, members } = sync.shared(id) ?? { role: "owner", members: 1 };
    return `${sync.calmStatus().state === "offline"} ${role} ${members}`;
  });
  const members = createLoad(moment, () => okcvm.sync.members(id));
  const list = (): SpaceMember[] | undefined =>
    OVER.has(members.error()?.code ?? "") ? undefined : members.value();
  return (
    <Show
      when={list()}
      fallback={
        <Show when={members.error()} fallback={<Skeleton label={shareTexts.loading} lines={4} />}>
          {(error) => (
            <PaneState
              alert
              text={error().code === "unreachable" ? shareTexts.offline : error().message}
              action={OVER.has(error().code) ? undefined : { label: t.retry, run: members.reload }}
            />
          )}
        </Show>
      }
    >
      {(all) => <Inside conversation={props.conversation} members={all()} onChanged={members.reload} />}
    </Show>
  );
}

function Inside(props: {
  conversation: Conversation;
  members: SpaceMember[];
  onChanged: () => void;
}): JSX.Element {
  const { confirm, Slot } = createConfirm();
  const { id } = props.conversation;
  const owns = createMemo(() => props.members.some(({ self, role }) => self && role === "owner"));
  return (
    <div class="stack wide-gap">
      <MembersSection
        conversationId={id}
        members={props.members}
        owns={owns()}
        confirm={confirm}
        onChanged={() => props.onChanged()}
      />
      <Show when={owns()} fallback={<LeaveRow conversation={props.conversation} />}>
        <InviteSection conversationId={id} members={props.members.length} />
      </Show>
      <NameSection onSaved={() => props.onChanged()} />
      <Slot />
    </div>
  );
}

function LeaveRow(props: { conversation: Conversation }): JSX.Element {
  const { showShare } = useApp();
  return (
    <div class="account-action account-section">
      <p class="small quiet grow">{shareTexts.leave.note}</p>
      <button
        type="button"
        class="button danger"
        onClick={() => showShare({ mode: "leave", conversation: props.conversation })}
      >
        {shareTexts.leave.action}
      </button>
    </div>
  );
}
