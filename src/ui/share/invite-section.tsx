import { createEffect, createSignal, For, on, Show, type JSX } from "solid-js";

import type { GivenRole, Invitation } from "../../domain/sync-status.ts";
import type { InvitationLink } from "../../ports/sync.ts";
import { createAction } from "../account/action.ts";
import { InvitationRow } from "../account/invitation-row.tsx";
import { LinkBox } from "../account/link-box.tsx";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad, type Load } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { shareTexts } from "../texts/share-texts.ts";

const ROLES: GivenRole[] = ["editor", "viewer"];
const words = shareTexts.invite;

/** Makes links for others, and lists those that nobody has used yet. */
export function InviteSection(props: { conversationId: string; members: number }): JSX.Element {
  const { sync } = useApp().okcvm;
  const [role, setRole] = createSignal<GivenRole>("editor");
  const [link, setLink] = createSignal<InvitationLink | null>(null);
  const making = createAction();
  const open = createLoad(
    () => props.members,
    () => sync.invitations(props.conversationId),
  );
  const make = (): void =>
    void making.run(async () => {
      setLink(await sync.invite(props.conversationId, role()));
      open.reload();
    });
  onGone(link, open, () => {
    setLink(null);
    showToast({ text: words.used });
  });
  return (
    <section class="stack account-section">
      <h3>{words.title}</h3>
      <RoleChoice role={role()} onChoose={setRole} />
      <div>
        <button
          type="button"
          class="button"
          classList={{ primary: link() === null }}
          disabled={making.busy()}
          onClick={make}
        >
          {making.busy() ? words.making : link() ? words.another : words.make}
        </button>
      </div>
      <Problem text={making.problem()} />
      <Show when={link()} keyed>
        {(made) => <LinkBox url={made.url} words={words} limit={<p class="small">{words.lasts}</p>} />}
      </Show>
      <OpenInvitations
        conversationId={props.conversationId}
        open={open}
        onRevoked={(handle) => link()?.handle === handle && setLink(null)}
      />
    </section>
  );
}

/** Calls when the link that is shown was listed and is no more: someone is in. */
function onGone(link: () => InvitationLink | null, open: Load<Invitation[]>, gone: () => void): void {
  let listed: string | null = null;
  createEffect(
    on(open.value, (list) => {
      const handle = link()?.handle;
      if (!list || handle === undefined) return;
      if (list.some((one) => one.handle === handle)) listed = handle;
      else if (listed === handle) gone();
    }),
  );
}

function RoleChoice(props: { role: GivenRole; onChoose: (role: GivenRole) => void }): JSX.Element {
  return (
    <div class="choices" role="radiogroup" aria-label={words.what}>
      <For each={ROLES}>
        {(role) => (
          <label class="choice">
            <input
              type="radio"
              name="share-role"
              checked={props.role === role}
              onChange={() => props.onChoose(role)}
            />
            {words.roles[role]}
          </label>
        )}
      </For>
    </div>
  );
}

function OpenInvitations(props: {
  conversationId: string;
  open: Load<Invitation[]>;
  onRevoked: (handle: string) => void;
}): JSX.Element {
  const { sync } = useApp().okcvm;
  const revoking = createAction();
  const revoke = async (handle: string): Promise<void> => {
    // Before the list is read again, which would look as if someone had used it.
    props.onRevoked(handle);
    const worked = await revoking.run(() => sync.revokeInvitation(props.conversationId, handle));
    if (worked) showToast({ text: words.revoked });
    props.open.reload();
  };
  const problem = (): string | null => {
    const reason = props.open.error()?.message;
    return revoking.problem() ?? (reason === undefined ? null : words.openFailed(reason));
  };
  return (
    <>
      <Show when={(props.open.value()?.length ?? 0) > 0}>
        <div class="stack account-close">
          <h4 class="small">{words.open}</h4>
          <ul class="plain device-list share-open">
            <For each={props.open.value()}>
              {(one) => (
                <InvitationRow
                  invitation={one}
                  role={words.roles[one.role]}
                  revokeOf={(day) => words.revokeOf(words.roles[one.role], day)}
                  busy={revoking.busy()}
                  onRevoke={() => void revoke(one.handle)}
                />
              )}
            </For>
          </ul>
        </div>
      </Show>
      <Problem text={problem()} />
    </>
  );
}
