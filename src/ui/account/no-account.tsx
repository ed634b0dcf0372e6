import { For, Show, type JSX } from "solid-js";

import { Field } from "../parts/field.tsx";
import { Problem } from "../parts/problem.tsx";
import { accountTexts } from "../texts/account-texts.ts";
import { EncryptChoice } from "./encrypt-choice.tsx";
import { showSecret } from "./secret-dialog.tsx";
import { NameInput, SignInForm } from "./sign-in-form.tsx";
import type { SignInState } from "./sign-in-state.ts";

/** What an account is, and the two ways to one. */
export function NoAccount(props: { form: SignInState }): JSX.Element {
  return (
    <div class="stack wide-gap">
      <div class="account-about">
        <For each={accountTexts.about}>{(text) => <p>{text}</p>}</For>
      </div>
      <Show
        when={props.form.offer()?.registration !== "off"}
        fallback={<p class="quiet">{accountTexts.off}</p>}
      >
        <Forms form={props.form} />
      </Show>
    </div>
  );
}

function Forms(props: { form: SignInState }): JSX.Element {
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const secret = await props.form.create();
    if (secret !== null) showSecret({ secret, reason: "created" });
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
          <Ways form={props.form} busy={busy()} />
          <Problem text={props.form.creating.problem()} />
        </div>
      </form>
      <section class="stack account-section">
        <h3>{accountTexts.signInTitle}</h3>
        <SignInForm form={props.form} disabled={busy()} />
      </section>
    </>
  );
}

/** The buttons, by what the server offers. */
function Ways(props: { form: SignInState; busy: boolean }): JSX.Element {
  return (
    <>
      <Show when={props.form.offer()?.login}>
        <div class="row account-wrap">
          <button
            type="button"
            class="button primary"
            disabled={props.busy}
            onClick={() => void props.form.byLogin()}
          >
            {accountTexts.login}
          </button>
          <span class="small quiet">{accountTexts.loginHint}</span>
        </div>
      </Show>
      <Show
        when={props.form.offer()?.registration !== "closed"}
        fallback={<p class="small quiet">{accountTexts.closed}</p>}
      >
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
