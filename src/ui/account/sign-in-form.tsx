import { onMount, type JSX } from "solid-js";

import { Field } from "../parts/field.tsx";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { SecretInput } from "./secret-input.tsx";
import type { SignInState } from "./sign-in-state.ts";

/** The server takes no longer name. */
export const MAX_NAME = 100;

/** The secret or a link, and the button. */
export function SignInForm(props: {
  form: SignInState;
  disabled: boolean;
  /** Called when it worked. */
  onDone?: () => void;
}): JSX.Element {
  const { form } = props;
  let field!: HTMLInputElement;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await form.signIn()) {
      showToast({ text: accountTexts.signedIn });
      props.onDone?.();
    } else if (field.isConnected) field.focus();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)} novalidate>
      <Field
        label={accountTexts.signInField}
        hint={accountTexts.signInHint}
        problem={form.signingIn.problem()}
      >
        {(id) => (
          <SecretInput
            ref={(element) => (field = element)}
            id={id}
            placeholder={accountTexts.signInExample}
            value={form.text()}
            readonly={props.disabled}
            invalid={form.signingIn.problem() !== null}
            onInput={form.setText}
          />
        )}
      </Field>
      <div>
        <button type="submit" class="button" disabled={props.disabled}>
          {form.signingIn.busy() ? accountTexts.signingIn : accountTexts.signIn}
        </button>
      </div>
    </form>
  );
}

/** The name this browser gets in the account's list. */
export function NameInput(props: {
  id: string;
  form: Pick<SignInState, "name" | "setName">;
  disabled: boolean;
  autofocus?: boolean;
}): JSX.Element {
  let field!: HTMLInputElement;
  onMount(() => props.autofocus && field.focus());
  return (
    <input
      ref={(element) => (field = element)}
      id={props.id}
      class="input account-name"
      autocomplete="off"
      maxlength={MAX_NAME}
      value={props.form.name()}
      readonly={props.disabled}
      onInput={(event) => props.form.setName(event.currentTarget.value)}
    />
  );
}
