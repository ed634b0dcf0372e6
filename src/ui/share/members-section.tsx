import { For, Show, type JSX } from "solid-js";

import type { GivenRole, MemberRole, SpaceMember } from "../../domain/sync-status.ts";
import { createAction } from "../account/action.ts";
import type { Confirm } from "../account/confirm.tsx";
import { formatExact, formatRelative } from "../format/time.ts";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import { showToast } from "../state/toasts.ts";
import { shareTexts } from "../texts/share-texts.ts";
import { ForEachId } from "../parts/for-each-id.tsx";
import { Problem } from "../parts/problem.tsx";

const GIVEN: GivenRole[] = ["editor", "viewer"];
const DAY = 24 * 60 * 60_000;

interface Managing {
  conversationId: string;
  /** True when this account may change the others. */
  owns: boolean;
  confirm: Confirm;
  onChanged: () => void;
}

/** Everyone in a conversation, with what they may do. */
export function MembersSection(props: Managing & { members: SpaceMember[] }): JSX.Element {
  const now = createNow(30_000);
  return (
    <section class="stack account-close">
      <h3>{shareTexts.people}</h3>
      <ul class="plain device-list share-people">
        <ForEachId each={props.members}>
          {(member) => (
            <MemberRow
              member={member()}
              now={now()}
              conversationId={props.conversationId}
              owns={props.owns}
              confirm={props.confirm}
              onChanged={() => props.onChanged()}
            />
          )}
        </ForEachId>
      </ul>
      <Show when={props.owns}>
        <p class="small quiet">{shareTexts.ownerNote}</p>
      </Show>
    </section>
  );
}

function MemberRow(props: Managing & { member: SpaceMember; now: number }): JSX.Element {
  const { sync } = useApp().okcvm;
  const changing = createAction();
  const name = (): string => props.member.name ?? shareTexts.unnamed;
  const changes = (): boolean => props.owns && props.member.role !== "owner";
  const setRole = async (role: GivenRole): Promise<void> => {
    await changing.run(() => sync.setRole(props.conversationId, props.member.id, role));
    // Also after a failure: the choice shows what is so.
    props.onChanged();
  };
  const remove = async (): Promise<void> => {
    const called = name();
    const question = {
      title: shareTexts.removeTitle(called),
      text: shareTexts.removeText,
      confirm: shareTexts.remove,
      danger: true,
    };
    if (!(await props.confirm(question))) return;
    if (!(await changing.run(() => sync.removeMember(props.conversationId, props.member.id)))) return;
    showToast({ text: shareTexts.removed(called) });
    props.onChanged();
  };
  return (
    <li class="device">
      <About member={props.member} name={name()} now={props.now} />
      <Show
        when={changes()}
        fallback={<span class="small quiet">{shareTexts.roles[props.member.role]}</span>}
      >
        <RoleSelect
          name={name()}
          role={props.member.role}
          busy={changing.busy()}
          onChoose={(role) => void setRole(role)}
        />
        <button
          type="button"
          class="button danger"
          aria-label={shareTexts.removeOf(name())}
          disabled={changing.busy()}
          onClick={() => void remove()}
        >
          {shareTexts.remove}
        </button>
      </Show>
      <Problem text={changing.problem()} class="device-problem" />
    </li>
  );
}

function RoleSelect(props: {
  name: string;
  role: MemberRole;
  busy: boolean;
  onChoose: (role: GivenRole) => void;
}): JSX.Element {
  return (
    <select
      class="input share-role"
      aria-label={shareTexts.roleOf(props.name)}
      disabled={props.busy}
      onChange={(event) => props.onChoose(event.currentTarget.value as GivenRole)}
    >
      <For each={GIVEN}>
        {(role) => (
          <option value={role} selected={role === props.role}>
            {shareTexts.roles[role]}
          </option>
        )}
      </For>
    </select>
  );
}

function About(props: { member: SpaceMember; name: string; now: number }): JSX.Element {
  const since = (): string => {
    const { role, since } = props.member;
    if (role === "owner") return shareTexts.owner;
    const time = formatRelative(since, props.now);
    const ago = props.now - since;
    return ago >= 60_000 && ago < DAY ? shareTexts.joinedAgo(time) : shareTexts.joined(time);
  };
  return (
    <div class="grow">
      <p class="device-name">
        <span class="cut" classList={{ quiet: props.member.name === null }} title={props.name}>
          {props.name}
        </span>
        <Show when={props.member.self}>
          <span class="badge">{shareTexts.you}</span>
        </Show>
      </p>
      <p class="small quiet" title={shareTexts.joinedAt(formatExact(props.member.since))}>
        {since()}
      </p>
    </div>
  );
}
