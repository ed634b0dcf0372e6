import { createEffect, createMemo, createSignal, on, Show, type JSX } from "solid-js";

import type { AccountDevice } from "../../domain/sync-status.ts";
import { ForEachId } from "../parts/for-each-id.tsx";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { t } from "../texts/texts.ts";
import { AddBrowser } from "./add-browser.tsx";
import { DeviceRow } from "./device-row.tsx";
import type { Confirm } from "./confirm.tsx";

/** While a link is shown someone may use it any moment. Milliseconds. */
const LOOK_EVERY_MS = 2_500;

/** Who uses the account, and the way to let another browser in. */
export function DevicesSection(props: { reachable: boolean; confirm: Confirm }): JSX.Element {
  const { okcvm } = useApp();
  const words = accountTexts.devices;
  const [adding, setAdding] = createSignal(false);
  const devices = createLoad(
    () => props.reachable,
    () => okcvm.sync.devices(),
  );
  const tick = createNow(LOOK_EVERY_MS, adding);
  createEffect(on(tick, () => adding() && devices.reload(), { defer: true }));
  const list = createMemo(() => devices.value());
  createEffect(
    on(list, (after, before) => {
      const known = new Set(before?.map(({ id }) => id));
      const came = adding() && before ? after?.find(({ id }) => !known.has(id)) : undefined;
      if (!came) return;
      setAdding(false);
      showToast({ text: accountTexts.pair.arrived(came.name) });
    }),
  );
  return (
    <section class="stack account-section">
      <h3>{words.title}</h3>
      <Show
        when={list()}
        fallback={<NoList {...props} reason={devices.error()?.message} onRetry={devices.reload} />}
      >
        {(all) => (
          <>
            <Show when={!props.reachable}>
              <p class="small quiet">{words.stale}</p>
            </Show>
            <DeviceList
              devices={all()}
              isOld={!props.reachable}
              confirm={props.confirm}
              onChanged={devices.reload}
            />
          </>
        )}
      </Show>
      <AddBrowser open={adding()} setOpen={setAdding} />
    </section>
  );
}

function NoList(props: { reachable: boolean; reason: string | undefined; onRetry: () => void }): JSX.Element {
  const words = accountTexts.devices;
  return (
    <Show when={props.reason} fallback={<Skeleton label={words.loading} lines={3} />}>
      {(reason) => (
        <PaneState
          alert={props.reachable}
          text={props.reachable ? words.failed(reason()) : words.offline}
          action={{ label: t.retry, run: () => props.onRetry() }}
        />
      )}
    </Show>
  );
}

function DeviceList(props: {
  devices: AccountDevice[];
  isOld: boolean;
  confirm: Confirm;
  onChanged: () => void;
}): JSX.Element {
  const now = createNow(30_000);
  return (
    <ul class="plain device-list">
      <ForEachId each={props.devices}>
        {(device) => (
          <DeviceRow
            device={device()}
            now={now()}
            isOld={props.isOld}
            confirm={props.confirm}
            onChanged={() => props.onChanged()}
          />
        )}
      </ForEachId>
    </ul>
  );
}
