import { createSignal, For, Show, type JSX } from "solid-js";

import type { InvitationLink } from "../../ports/sync.ts";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { createAction } from "./action.ts";
import { InvitationRow } from "./invitation-row.tsx";
import { LinkBox } from "./link-box.tsx";

const words = accountTexts.inviting;

/** Links by which others make an account, on a server that lets in who is invited. */
export function InvitingSection(props: { reachable: boolean }): JSX.Element {
  const { sync } = useApp().okcvm;
  const offer = createLoad(
    () => props.reachable,
    () => sync.offer(),
  );
  return (
    <Show when={offer.value()?.registration === "invite-only"}>
      <section class="stack account-section">
        <h3>{words.title}</h3>
        <p class="small quiet">{words.intro}</p>
        <Links reachable={props.reachable} />
      </section>
    </Show>
  );
}

function Links(props: { reachable: boolean }): JSX.Element {
  const { accountInvitations } = useApp().okcvm.sync;
  const [link, setLink] = createSignal<InvitationLink | null>(null);
  const [making, revoking] = [createAction(), createAction()];
  const open = createLoad(
    () => props.reachable,
    () => accountInvitations.open(),
  );
  const make = (): void =>
    void making.run(async () => {
      setLink(await accountInvitations.make());
      open.reload();
    });
  const revoke = async (handle: string): Promise<void> => {
    if (await revoking.run(() => accountInvitations.revoke(handle))) showToast({ text: words.revoked });
    if (link()?.handle === handle) setLink(null);
    open.reload();
  };
  const problem = (): string | null => {
    const reason = open.error()?.message;
    return making.problem() ?? revoking.problem() ?? (reason === undefined ? null : words.openFailed(reason));
  };
  return (
    <>
      <div>
        <button type="button" class="button" disabled={making.busy()} onClick={make}>
          {making.busy() ? words.making : link() ? words.another : words.make}
        </button>
      </div>
      <Show when={link()} keyed>
        {(made) => <LinkBox url={made.url} words={words} limit={<p class="small">{words.lasts}</p>} />}
      </Show>
      <Show when={(open.value()?.length ?? 0) > 0}>
        <div class="stack account-close">
          <h4 class="small">{words.open}</h4>
          <ul class="plain device-list">
            <For each={open.value()}>
              {(one) => (
                <InvitationRow
                  invitation={one}
                  revokeOf={words.revokeOf}
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
