import { Match, type JSX } from "solid-js";

import { Dialog } from "../parts/dialog.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { t } from "../texts/texts.ts";
import { AccountSwitch } from "./account-switch.tsx";
import { thisDeviceName } from "./device-name.ts";
import { NoAccount } from "./no-account.tsx";
import { createSignIn } from "./sign-in-state.ts";
import "./account.css";

const words = accountTexts.welcome;

/** An invitation to make an account was opened here: makes it, or says why it cannot be. */
export function WelcomeDialog(props: { link: string }): JSX.Element {
  const { okcvm, sync, invited } = useApp();
  const form = createSignIn(okcvm.sync, thisDeviceName, props.link);
  // The account is there a moment before the attempt has ended.
  const isFree = (): boolean => sync.account() === null || form.creating.busy() || form.signingIn.busy();
  return (
    <Dialog class="share-dialog" title={words.title} onClose={invited.end}>
      <div class="account-dialog" tabindex={-1} autofocus>
        <AccountSwitch>
          <Match when={isFree()}>
            <div class="stack">
              <p>{words.text(location.host)}</p>
              <div class="account-section">
                <NoAccount form={form} onDone={invited.end} />
              </div>
            </div>
          </Match>
          <Match when={sync.account()}>
            <div class="stack">
              <p>{words.has}</p>
              <div class="choice-buttons">
                <button type="button" class="button" onClick={invited.end}>
                  {t.close}
                </button>
              </div>
            </div>
          </Match>
        </AccountSwitch>
      </div>
    </Dialog>
  );
}
