import { createEffect, createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

import type { ErrorValue } from "../../domain/errors.ts";
import type { AccountView, SharedConversation, SyncStatus } from "../../domain/sync-status.ts";
import type { Okcvm } from "../../vm/api.ts";
import { createLoad } from "./load.ts";

/** Syncing that is over sooner is not shown: each message would make the words flicker. Milliseconds. */
const SHOW_SYNCING_AFTER_MS = 600;

/** The account of this browser's data, as the screen shows it. */
export interface SyncState {
  status: Accessor<SyncStatus>;
  /** The status without syncing that is over in a moment. */
  calmStatus: Accessor<SyncStatus>;
  /** False without an account. */
  isOn: Accessor<boolean>;
  /** undefined until it is read; null for none. */
  account: Accessor<AccountView | null | undefined>;
  /** Why it could not be read. */
  accountError: Accessor<ErrorValue | undefined>;
  readAccount: () => void;
  /** True when the server knows this browser no more, though its data belongs to the account. */
  signedOut: Accessor<boolean>;
  /** How the account stands to a conversation of several people; undefined for one of its own alone. */
  shared: (conversationId: string | undefined) => SharedConversation | undefined;
  /** Entries of a conversation that cannot be opened. */
  unopened: (conversationId: string) => number;
}

/** Follows sync. Call it inside a root. */
export function createSyncState({ sync }: Okcvm): SyncState {
  const [status, setStatus] = createSignal(sync.status());
  const read = createLoad(
    () => null,
    () => sync.account(),
  );
  onCleanup(
    sync.subscribe(() => {
      setStatus(sync.status());
      read.reload();
    }),
  );
  const shared = createMemo(() => new Map(status().shared?.map((one) => [one.id, one])));
  const account = createMemo(read.value, undefined, { equals: isSameAccount });
  return {
    status,
    calmStatus: createCalm(status),
    isOn: createMemo(() => status().state !== "off"),
    account,
    accountError: read.error,
    readAccount: read.reload,
    signedOut: createSignedOut(status, account),
    shared: (id) => (id === undefined ? undefined : shared().get(id)),
    unopened: (id) => status().unopened?.find((one) => one.id === id)?.count ?? 0,
  };
}

function isSameAccount(a: AccountView | null | undefined, b: AccountView | null | undefined): boolean {
  return a === b || (!!a && !!b && a.id === b.id && a.deviceId === b.deviceId && a.since === b.since);
}

function createCalm(status: Accessor<SyncStatus>): Accessor<SyncStatus> {
  const syncing = createMemo(() => status().state === "syncing");
  const [isLong, setLong] = createSignal(false);
  createEffect(() => {
    setLong(false);
    if (!syncing()) return;
    const timer = setTimeout(() => setLong(true), SHOW_SYNCING_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  });
  return createMemo<SyncStatus>(
    (before) => (syncing() && !isLong() && before.state !== "off" ? before : status()),
    status(),
  );
}

/** A failed attempt to sign in again passes through "syncing": it stays signed out until it works, or signs in as another device. */
function createSignedOut(
  status: Accessor<SyncStatus>,
  account: Accessor<AccountView | null | undefined>,
): Accessor<boolean> {
  const held = createMemo<{ device: string | undefined; out: boolean }>(
    (before) => {
      const { state, error } = status();
      const device = account()?.deviceId;
      const stays = before.out && before.device === device && state === "syncing";
      return { device, out: device !== undefined && (error?.code === "unauthorized" || stays) };
    },
    { device: undefined, out: false },
  );
  return createMemo(() => held().out);
}
