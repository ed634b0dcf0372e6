import { createMemo, Show, type JSX } from "solid-js";

import type { AccountView } from "../../domain/sync-status.ts";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { AccountActions } from "./account-actions.tsx";
import { createConfirm } from "./confirm.tsx";
import { ModelUseSection } from "./model-use.tsx";
import { DeletionBanner } from "./deletion-banner.tsx";
import { DevicesSection } from "./devices-section.tsx";
import { EncryptionSection } from "./encryption-section.tsx";
import { InvitingSection } from "./inviting-section.tsx";
import { StatusSection } from "./status-section.tsx";

/** The account this browser is signed in to. */
export function WithAccount(props: { account: AccountView }): JSX.Element {
  const { okcvm, sync } = useApp();
  const { confirm, Slot } = createConfirm();
  // What comes from the server is asked for again when it can be reached again.
  const reachable = createMemo(() => sync.calmStatus().state !== "offline");
  const deletion = createLoad(reachable, () => okcvm.sync.deletionAt());
  return (
    <div class="stack wide-gap">
      <Show when={deletion.value()}>{(at) => <DeletionBanner at={at()} onChanged={deletion.reload} />}</Show>
      <StatusSection account={props.account} />
      <DevicesSection reachable={reachable()} confirm={confirm} />
      <InvitingSection reachable={reachable()} />
      <EncryptionSection />
      <ModelUseSection reachable={reachable()} />
      <AccountActions
        confirm={confirm}
        scheduled={deletion.value() !== null && deletion.value() !== undefined}
        onDeletion={deletion.reload}
      />
      <Slot />
    </div>
  );
}
