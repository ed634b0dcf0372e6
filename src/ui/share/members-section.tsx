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

interface Question {
  title: string;
  text: string;
  confirm: string;
  danger?: boolean;
  /** What is said after it. */
  done: string;
}

function passOnWords(name: string): Question {
  const { passOnTitle, passOnText: text, passOn: confirm, passedOn } = shareTexts;
  return { title: passOnTitle(name), text, confirm, done: passedOn(name) };
}

function removeWords(name: string): Question {
  const { removeTitle, removeText: text, remove: confirm, removed } = shareTexts;
  return { title: removeTitle(name), text, confirm, danger: true, done: removed(name) };
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
  /** Does what is hard to take back, once the person has said so. */
  const decide = async (words: Question, work: () => Promise<void>): Promise<void> => {
    const { done, ...question } = words;
    if (!(await props.confirm(question)) || !(await changing.run(work))) return;
    showToast({ text: done });
    props.onChanged();
  };
  const passOn = (): Promise<void> =>
    decide(passOnWords(name()), () => sync.passOn(props.conversationId, props.member.id));
  const remove = (): Promise<void> =>
    decide(removeWords(name()), () => sync.removeMember(props.conversationId, props.member.id));
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
          onPassOn={() => void passOn()}
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
  onPassOn: () => void;
}): JSX.Element {
  const choose = (select: HTMLSelectElement): void => {
    const chosen = select.value as MemberRole;
    if (chosen !== "owner") return props.onChoose(chosen);
    // Until that is confirmed it is what it was.
    select.value = props.role;
    props.onPassOn();
  };
  return (
    <select
      class="input share-role"
      aria-label={shareTexts.roleOf(props.name)}
      disabled={props.busy}
      onChange={(event) => choose(event.currentTarget)}
    >
      <For each={GIVEN}>
        {(role) => (
          <option value={role} selected={role === props.role}>
            {shareTexts.roles[role]}
          </option>
        )}
      </For>
      <option value="owner">{shareTexts.makeOwner}</option>
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
