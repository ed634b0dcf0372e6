import { For, Show, type JSX } from "solid-js";

import { DELETED_KEPT_DAYS, keptUntil, titleFrom, type Conversation } from "../../domain/conversation.ts";
import { createAction } from "../account/action.ts";
import { createConfirm, type Confirm } from "../account/confirm.tsx";
import { formatDay, formatExact, formatMoment } from "../format/time.ts";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { showToast } from "../state/toasts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { t } from "../texts/texts.ts";

const words = historyTexts.storage;

/** Conversations that were deleted and can be brought back, or removed for good to make room. */
export function DeletedSection(props: { onFreed: () => void }): JSX.Element {
  const app = useApp();
  const { confirm, Slot } = createConfirm();
  return (
    <section class="stack">
      <h3>{words.deleted}</h3>
      <p class="small quiet">
        {(app.trash().length > 0 ? words.deletedAbout : words.deletedNone)(DELETED_KEPT_DAYS)}
      </p>
      <Show when={app.trash().length > 0}>
        <ul class="plain deleted-list">
          <For each={app.trash()}>
            {(conversation) => (
              <DeletedRow conversation={conversation} confirm={confirm} onFreed={props.onFreed} />
            )}
          </For>
        </ul>
      </Show>
      <Slot />
    </section>
  );
}

function DeletedRow(props: {
  conversation: Conversation;
  confirm: Confirm;
  onFreed: () => void;
}): JSX.Element {
  const app = useApp();
  const { conversations, sync } = app.okcvm;
  const changing = createAction();
  const title = (): string => titleOf(props.conversation);
  const restore = async (): Promise<void> => {
    const { id } = props.conversation;
    const name = title();
    if (!(await changing.run(() => conversations.restore(id)))) return;
    // The settings lie over whatever a message could offer to press.
    showToast({ text: words.restored(name) });
  };
  const purge = async (): Promise<void> => {
    const { id } = props.conversation;
    const name = title();
    const question = {
      title: words.purgeTitle(name),
      text: sync.status().state === "off" ? words.purgeText : words.purgeOfAccount,
      confirm: words.purge,
      danger: true,
    };
    if (!(await props.confirm(question))) return;
    if (!(await changing.run(() => app.purge(id)))) return;
    showToast({ text: words.purged(name) });
    props.onFreed();
  };
  return (
    <li>
      <About conversation={props.conversation} />
      <div class="deleted-actions">
        <RowButton
          label={words.restore}
          of={words.restoreOne(title())}
          busy={changing.busy()}
          run={restore}
        />
        <RowButton
          label={words.purge}
          of={words.purgeOne(title())}
          busy={changing.busy()}
          run={purge}
          danger
        />
      </div>
      <Problem text={changing.problem()} class="deleted-problem" />
    </li>
  );
}

function titleOf({ title }: Conversation): string {
  return titleFrom(title || t.untitled);
}

/** What it is called, when it was deleted and how long it is kept. */
function About(props: { conversation: Conversation }): JSX.Element {
  const deletedAt = (): number => props.conversation.deletedAt ?? 0;
  return (
    <div class="grow">
      <p class="cut" title={titleOf(props.conversation)}>
        {titleOf(props.conversation)}
      </p>
      <p class="small quiet">
        <span title={formatExact(deletedAt())}>{words.deletedAt(formatMoment(deletedAt(), Date.now()))}</span>
        {" · "}
        {words.keptUntil(formatDay(keptUntil(props.conversation) ?? 0))}
      </p>
    </div>
  );
}

function RowButton(props: {
  label: string;
  /** The label with what it is about. */
  of: string;
  busy: boolean;
  danger?: boolean;
  run: () => Promise<void>;
}): JSX.Element {
  return (
    <button
      type="button"
      class="button"
      classList={{ danger: props.danger ?? false }}
      aria-label={props.of}
      disabled={props.busy}
      onClick={() => void props.run()}
    >
      {props.label}
    </button>
  );
}
