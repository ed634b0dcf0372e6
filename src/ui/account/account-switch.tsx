import { Match, Switch, type JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { t } from "../texts/texts.ts";

/** What is shown by the account of this browser: `children` are a Match for each thing that may be known of it. */
export function AccountSwitch(props: { children: JSX.Element }): JSX.Element {
  const { sync } = useApp();
  return (
    <Switch fallback={<Skeleton label={t.loading} lines={3} />}>
      <Match when={sync.account() === undefined && sync.accountError()}>
        {(error) => (
          <PaneState
            alert
            text={accountTexts.failed(error().message)}
            action={{ label: t.retry, run: sync.readAccount }}
          />
        )}
      </Match>
      {props.children}
    </Switch>
  );
}
