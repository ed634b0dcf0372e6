import { For, Show, type JSX } from "solid-js";

import { Field } from "../parts/field.tsx";
import { Problem } from "../parts/problem.tsx";
import { accountTexts } from "../texts/account-texts.ts";
import { EncryptChoice } from "./encrypt-choice.tsx";
import { showSecret } from "./secret-dialog.tsx";
import { NameInput, SignInForm } from "./sign-in-form.tsx";
import type { SignInState } from "./sign-in-state.ts";

/** What an account is, and the two ways to one. `onDone` is called when one of them was gone. */
export function NoAccount(props: { form: SignInState; onDone?: () => void }): JSX.Element {
  return (
    <div class="stack wide-gap">
      <div class="account-about">
        <For each={accountTexts.about}>{(text) => <p>{text}</p>}</For>
      </div>
      <Show
        when={props.form.offer()?.registration !== "off"}
        fallback={<p class="quiet">{accountTexts.off}</p>}
      >
        <Forms form={props.form} onDone={() => props.onDone?.()} />
      </Show>
    </div>
  );
}

function Forms(props: { form: SignInState; onDone: () => void }): JSX.Element {
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const secret = await props.form.create();
    if (secret === null) return;
    props.onDone();
    showSecret({ secret, reason: "created" });
  };
  const busy = (): boolean => props.form.creating.busy() || props.form.signingIn.busy();
  return (
    <>
      <form class="stack" onSubmit={(event) => void create(event)} novalidate>
        <Field label={accountTexts.name} hint={accountTexts.nameHint}>
          {(id) => <NameInput id={id} form={props.form} disabled={busy()} />}
        </Field>
        <EncryptChoice form={props.form} disabled={busy()} />
        <div class="stack account-close">
          <Ways form={props.form} busy={busy()} onDone={() => props.onDone()} />
          <Problem text={props.form.creating.problem()} />
        </div>
      </form>
      <section class="stack account-section">
        <h3>{accountTexts.signInTitle}</h3>
        <SignInForm form={props.form} disabled={busy()} onDone={() => props.onDone()} />
      </section>
    </>
  );
}

/** The buttons, by what the server offers. */
function Ways(props: { form: SignInState; busy: boolean; onDone: () => void }): JSX.Element {
  const byLogin = async (): Promise<void> => {
    if (await props.form.byLogin()) props.onDone();
  };
  return (
    <>
      <Show when={props.form.offer()?.login}>
        <div class="row account-wrap">
          <button type="button" class="button primary" disabled={props.busy} onClick={() => void byLogin()}>
            {accountTexts.login}
          </button>
          <span class="small quiet">{accountTexts.loginHint}</span>
        </div>
      </Show>
      <Show when={refusal(props.form) === null} fallback={<p class="small quiet">{refusal(props.form)}</p>}>
        <div class="row account-wrap">
          <button
            type="submit"
            class="button"
            classList={{ primary: !props.form.offer()?.login }}
            disabled={props.busy}
          >
            {props.form.creating.busy() ? accountTexts.creating : accountTexts.create}
          </button>
          <span class="small quiet">{accountTexts.createHint}</span>
        </div>
      </Show>
    </>
  );
}

/** Why no account can be made here; null when one can, and while it is not known. */
function refusal({ offer, isInvited }: SignInState): string | null {
  const registration = offer()?.registration;
  if (registration === "closed") return accountTexts.closed;
  return registration === "invite-only" && !isInvited ? accountTexts.inviteOnly : null;
}
