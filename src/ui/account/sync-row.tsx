import CloudAlert from "lucide-solid/icons/cloud-alert";
import CloudCheck from "lucide-solid/icons/cloud-check";
import CloudOff from "lucide-solid/icons/cloud-off";
import RefreshCw from "lucide-solid/icons/refresh-cw";
import { createMemo, Match, Switch, type JSX } from "solid-js";

import type { SyncStatus } from "../../domain/sync-status.ts";
import { syncHint, syncWords } from "./sync-words.ts";
import { useApp } from "../state/app-context.ts";
import { createOnline } from "../state/media.ts";
import { accountTexts } from "../texts/account-texts.ts";

/** How this browser stands to its account. Pressing it opens the account. */
export function SyncRow(props: { onChoose: () => void }): JSX.Element {
  const app = useApp();
  const status = app.sync.calmStatus;
  return (
    <button
      type="button"
      class="side-row sync-row"
      data-state={status().state}
      title={syncHint(status())}
      onClick={() => {
        props.onChoose();
        app.showSettings("account");
      }}
    >
      <SyncIcon state={status().state} />
      <span class="cut numbers">{syncWords(status())}</span>
    </button>
  );
}

/** The same above the chat, where the row is not in view and something is wrong. */
export function SyncSign(): JSX.Element {
  const app = useApp();
  const online = createOnline();
  const status = createMemo<SyncStatus>(() => {
    const status = app.sync.calmStatus();
    // The browser may know before an attempt has failed.
    return online() || status.state === "error" ? status : { ...status, state: "offline" };
  });
  return (
    <button
      type="button"
      class="sync-sign"
      title={syncHint(status())}
      onClick={() => app.showSettings("account")}
    >
      <span class="badge warning numbers">
        <SyncIcon state={status().state} />
        {syncWords(status())}
      </span>
    </button>
  );
}

/** The icon of a state. */
export function SyncIcon(props: { state: SyncStatus["state"] }): JSX.Element {
  return (
    <Switch fallback={<CloudAlert size={16} />}>
      <Match when={props.state === "synced"}>
        <CloudCheck size={16} />
      </Match>
      <Match when={props.state === "syncing"}>
        <RefreshCw size={16} class="spin" />
      </Match>
      <Match when={props.state === "offline"}>
        <CloudOff size={16} />
      </Match>
    </Switch>
  );
}

/** Tells a screen reader when sync fails and when it works again; the rest would be noise. */
export function SyncAnnouncer(): JSX.Element {
  const { sync } = useApp();
  const words = createMemo<string>((before) => {
    const { state, error } = sync.calmStatus();
    if (state === "error") return accountTexts.row.announceError(error?.message ?? "");
    if (state === "off" || before === "") return "";
    return accountTexts.row.announceOver;
  }, "");
  return (
    <div class="hidden-label" role="status" aria-live="polite">
      {words()}
    </div>
  );
}
