import { Match, type JSX } from "solid-js";

import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { useApp } from "../state/app-context.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { t } from "../texts/texts.ts";
import { AccountSwitch } from "./account-switch.tsx";
import { thisDeviceName } from "./device-name.ts";
import { NameInput } from "./sign-in-form.tsx";
import { createSignIn, type SignInState } from "./sign-in-state.ts";
import "./account.css";

/** A sign-in link was opened here: asks before it is used. */
export function PairDialog(props: { link: string }): JSX.Element {
  const { okcvm, sync, pairing } = useApp();
  const account = sync.account;
  const form = createSignIn(okcvm.sync, thisDeviceName);
  // The account is there a moment before the attempt has ended.
  const isFree = (): boolean => account() === null || sync.signedOut() || form.signingIn.busy();
  return (
    <Dialog
      class="pair-dialog"
      title={account() && !isFree() ? accountTexts.link.titleHas : accountTexts.link.title}
      onClose={pairing.end}
    >
      <div class="account-dialog">
        <AccountSwitch>
          <Match when={isFree()}>
            <PairForm link={props.link} form={form} />
          </Match>
          <Match when={account()}>
            <HasAccount />
          </Match>
        </AccountSwitch>
      </div>
    </Dialog>
  );
}

function HasAccount(): JSX.Element {
  const { pairing } = useApp();
  return (
    <div class="stack">
      <p>{accountTexts.link.has}</p>
      <div class="choice-buttons">
        <button type="button" class="button" autofocus onClick={pairing.end}>
          {t.close}
        </button>
      </div>
    </div>
  );
}

function PairForm(props: { link: string; form: SignInState }): JSX.Element {
  const { pairing } = useApp();
  const { form } = props;
  const busy = form.signingIn.busy;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    form.setText(props.link);
    if (!(await form.signIn())) return;
    showToast({ text: accountTexts.signedIn });
    pairing.end();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)} novalidate>
      <p>{accountTexts.link.text(location.host)}</p>
      <p class="small quiet">{accountTexts.link.merge}</p>
      <Field label={accountTexts.name} problem={form.signingIn.problem()}>
        {(id) => <NameInput id={id} form={form} disabled={busy()} autofocus />}
      </Field>
      <div class="choice-buttons">
        <button type="button" class="button bare" disabled={busy()} onClick={pairing.end}>
          {accountTexts.link.cancel}
        </button>
        <button type="submit" class="button primary" disabled={busy()}>
          {busy() ? accountTexts.signingIn : accountTexts.signIn}
        </button>
      </div>
    </form>
  );
}
