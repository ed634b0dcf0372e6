import { Show, type JSX } from "solid-js";

import { Field } from "../parts/field.tsx";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { createAction } from "./action.ts";
import { NameInput, SignInForm } from "./sign-in-form.tsx";
import type { SignInState } from "./sign-in-state.ts";

/** The server knows this browser no more: what that means, and the way back. */
export function SignedOut(props: { form: SignInState }): JSX.Element {
  const { okcvm, sync } = useApp();
  const leaving = createAction();
  const busy = (): boolean => leaving.busy() || props.form.signingIn.busy();
  // While an attempt is made the status has other words.
  let words = "";
  const reason = (): string => (words = sync.status().error?.message ?? words);
  return (
    <div class="stack wide-gap">
      <div class="status" data-tone="warning" role="status">
        <h3>{accountTexts.signedOut.title}</h3>
        <p>{reason()}</p>
        <Show when={sync.status().pending}>
          {(count) => <p>{accountTexts.signedOut.waiting(count())}</p>}
        </Show>
      </div>
      <section class="stack">
        <h3>{accountTexts.signedOut.again}</h3>
        <Field label={accountTexts.name}>
          {(id) => <NameInput id={id} form={props.form} disabled={busy()} />}
        </Field>
        <SignInForm form={props.form} disabled={busy()} />
      </section>
      <section class="account-section stack account-close">
        <p class="small quiet">{accountTexts.signedOut.leaveHint}</p>
        <div>
          <button
            type="button"
            class="button"
            disabled={busy()}
            onClick={() => void leaving.run(() => okcvm.sync.signOut())}
          >
            {accountTexts.signedOut.leave}
          </button>
        </div>
        <Problem text={leaving.problem()} />
      </section>
    </div>
  );
}
