import { lazy, Show, Suspense, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import { secretDialog } from "./new-secret.ts";

const PairDialog = lazy(async () => ({ default: (await import("./pair-dialog.tsx")).PairDialog }));
const WelcomeDialog = lazy(async () => ({
  default: (await import("./welcome-dialog.tsx")).WelcomeDialog,
}));
const SyncRow = lazy(async () => ({ default: (await import("./sync-row.tsx")).SyncRow }));
const SyncSign = lazy(async () => ({ default: (await import("./sync-row.tsx")).SyncSign }));
const EncryptToggle = lazy(async () => ({ default: (await import("./encrypt-toggle.tsx")).EncryptToggle }));
const SyncAnnouncer = lazy(async () => ({ default: (await import("./sync-row.tsx")).SyncAnnouncer }));

/** Where the account's dialogs are drawn when there is something to ask; their code is loaded then. */
export function AccountSlots(): JSX.Element {
  const app = useApp();
  return (
    <>
      <Suspense>
        <Show when={app.pairing.link()} keyed>
          {(link) => <PairDialog link={link} />}
        </Show>
        <Show when={app.invited.link()} keyed>
          {(link) => <WelcomeDialog link={link} />}
        </Show>
      </Suspense>
      <Show when={secretDialog()} keyed>
        {(draw) => draw()}
      </Show>
      <Suspense>
        <Show when={app.sync.isOn()}>
          <SyncAnnouncer />
        </Show>
      </Suspense>
    </>
  );
}

/** Where a conversation that has no message yet is made one that the server cannot read, for who has an account. */
export function EncryptSlot(props: { empty: boolean }): JSX.Element {
  const { sync, current } = useApp();
  return (
    <Suspense>
      <Show when={sync.isOn() && props.empty && current()}>
        {(conversation) => <EncryptToggle conversation={conversation()} />}
      </Show>
    </Suspense>
  );
}

/** Where the sidebar says how sync stands, for who has an account. */
export function SyncRowSlot(props: { onChoose: () => void }): JSX.Element {
  const { sync } = useApp();
  return (
    <Suspense>
      <Show when={sync.isOn()}>
        <SyncRow onChoose={() => props.onChoose()} />
      </Show>
    </Suspense>
  );
}

/** Where the bar above the chat says that sync does not work. */
export function SyncSignSlot(): JSX.Element {
  return (
    <Suspense>
      <SyncSign />
    </Suspense>
  );
}
