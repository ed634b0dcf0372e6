import { createMemo, createSignal, Show, type JSX } from "solid-js";

import type { AccountView } from "../../domain/sync-status.ts";
import { formatDay, formatExact } from "../format/time.ts";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { statusWords } from "./account-words.ts";
import { createAction } from "./action.ts";
import { SyncIcon } from "./sync-row.tsx";

/** How this browser stands to the server, and syncing on request. */
export function StatusSection(props: { account: AccountView }): JSX.Element {
  const { okcvm, sync } = useApp();
  const words = createMemo(() => statusWords(sync.calmStatus()));
  const syncing = createAction();
  const [done, setDone] = createSignal(false);
  const run = async (): Promise<void> => {
    setDone(false);
    setDone(await syncing.run(() => okcvm.sync.syncNow()));
  };
  /** Not what the line above says already. */
  const problem = (): string | null => {
    const { state, error } = sync.status();
    const words = syncing.problem();
    return state === "offline" || words === error?.message ? null : words;
  };
  const exact = (): string | undefined => {
    const at = sync.status().syncedAt;
    return at === null ? undefined : formatExact(at);
  };
  return (
    <section class="stack account-close">
      <div class="account-line" data-state={sync.calmStatus().state}>
        <SyncIcon state={sync.calmStatus().state} />
        <div class="grow">
          <p class="account-strong numbers" title={exact()}>
            {words().line}
          </p>
          <Show when={words().more}>{(more) => <p class="small account-more">{more()}</p>}</Show>
        </div>
        <button type="button" class="button" disabled={syncing.busy()} onClick={() => void run()}>
          {syncing.busy() ? accountTexts.status.busy : accountTexts.status.now}
        </button>
      </div>
      <p class="small quiet">
        {accountTexts.status.at(new URL(props.account.server).host, formatDay(props.account.since))}
      </p>
      <div role="status">
        <Show when={problem()}>{(text) => <p class="problem">{text()}</p>}</Show>
        <Show when={done() && sync.status().state === "synced" && sync.status().pending === 0}>
          <p class="good">{accountTexts.status.done}</p>
        </Show>
      </div>
    </section>
  );
}
