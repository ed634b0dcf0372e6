import { createMemo, Show, type JSX } from "solid-js";

import type { AccountView } from "../../domain/sync-status.ts";
import { createAsker } from "../files/operations/ask.ts";
import { ChoiceDialog } from "../files/operations/choice-dialog.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { AccountActions } from "./account-actions.tsx";
import { ModelUseSection } from "./model-use.tsx";
import { DeletionBanner } from "./deletion-banner.tsx";
import { DevicesSection } from "./devices-section.tsx";
import { StatusSection } from "./status-section.tsx";

/** Asks before something that cannot be taken back; true to go on. */
export type Confirm = (question: {
  title: string;
  text: string;
  confirm: string;
  danger?: boolean;
}) => Promise<boolean>;

/** The account this browser is signed in to. */
export function WithAccount(props: { account: AccountView }): JSX.Element {
  const { okcvm, sync } = useApp();
  const asker = createAsker();
  const confirm: Confirm = async ({ title, text, confirm: label, danger = false }) => {
    const options = [{ value: "yes", label, primary: !danger, danger }];
    return (await asker.ask({ title, text, options })) === "yes";
  };
  // What comes from the server is asked for again when it can be reached again.
  const reachable = createMemo(() => sync.calmStatus().state !== "offline");
  const deletion = createLoad(reachable, () => okcvm.sync.deletionAt());
  return (
    <div class="stack wide-gap">
      <Show when={deletion.value()}>{(at) => <DeletionBanner at={at()} onChanged={deletion.reload} />}</Show>
      <StatusSection account={props.account} />
      <DevicesSection reachable={reachable()} confirm={confirm} />
      <ModelUseSection reachable={reachable()} />
      <AccountActions
        confirm={confirm}
        scheduled={deletion.value() !== null && deletion.value() !== undefined}
        onDeletion={deletion.reload}
      />
      <Show when={asker.question()} keyed>
        {(question) => <ChoiceDialog question={question} onAnswer={asker.answer} />}
      </Show>
    </div>
  );
}
