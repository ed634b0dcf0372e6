import { createEffect, createMemo, Match, on, Switch, type JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { t } from "../texts/texts.ts";
import { thisDeviceName } from "./device-name.ts";
import { NoAccount } from "./no-account.tsx";
import { ProfilesSection } from "./profiles-section.tsx";
import { createSignIn } from "./sign-in-state.ts";
import { SignedOut } from "./signed-out.tsx";
import { WithAccount } from "./with-account.tsx";
import "./account.css";

/** The account of this browser's data, or the way to one. */
export function AccountPanel(): JSX.Element {
  const { okcvm, sync } = useApp();
  // Here, so that what was typed outlives a change of what is below.
  const form = createSignIn(okcvm.sync, () => sync.account()?.deviceName ?? thisDeviceName());
  const shape = createMemo((): string => {
    const account = sync.account();
    if (account === undefined) return sync.accountError() ? "error" : "loading";
    if (account === null) return "none";
    return sync.signedOut() ? "out" : "in";
  });
  let box!: HTMLDivElement;
  createEffect(on(shape, () => requestAnimationFrame(() => keepFocus(box)), { defer: true }));
  return (
    <div ref={(element) => (box = element)} class="account stack wide-gap" tabindex={-1}>
      <Switch fallback={<Skeleton label={t.loading} />}>
        <Match when={shape() === "error"}>
          <PaneState
            alert
            text={accountTexts.failed(sync.accountError()?.message ?? "")}
            action={{ label: t.retry, run: sync.readAccount }}
          />
        </Match>
        <Match when={shape() === "none"}>
          <NoAccount form={form} />
        </Match>
        <Match when={shape() === "out"}>
          <SignedOut form={form} />
        </Match>
        <Match when={shape() === "in" && sync.account()} keyed>
          {(account) => <WithAccount account={account} />}
        </Match>
      </Switch>
      <ProfilesSection />
    </div>
  );
}

/** What had the focus is gone: the keyboard goes on here. */
function keepFocus(box: HTMLElement): void {
  if (box.isConnected && document.activeElement === document.body) box.focus();
}
