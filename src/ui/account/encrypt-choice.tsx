import type { JSX } from "solid-js";

import { accountTexts } from "../texts/account-texts.ts";
import type { SignInState } from "./sign-in-state.ts";

/** Whether what goes to the server is to be encrypted, asked before anything does. */
export function EncryptChoice(props: {
  form: Pick<SignInState, "encrypt" | "setEncrypt">;
  disabled: boolean;
}): JSX.Element {
  return (
    <label class="account-check">
      <input
        type="checkbox"
        checked={props.form.encrypt()}
        disabled={props.disabled}
        onChange={(event) => props.form.setEncrypt(event.currentTarget.checked)}
      />
      <span>
        {accountTexts.encryption.atFirst}
        <span class="small quiet">{accountTexts.encryption.atFirstHint}</span>
      </span>
    </label>
  );
}
