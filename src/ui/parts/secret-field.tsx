import { Show, type JSX } from "solid-js";

import { t } from "../texts/texts.ts";
import { Field } from "./field.tsx";

/** A key to type in. A saved one is never shown: the field is empty and says that there is one. */
export function SecretField(props: {
  label: string;
  value: string;
  saved: boolean;
  link?: string | undefined;
  onInput: (value: string) => void;
}): JSX.Element {
  return (
    <div class="secret">
      <Field label={props.label}>
        {(id) => (
          <input
            id={id}
            class="input"
            type="password"
            // "off" is ignored for passwords; this keeps a manager from offering a login.
            autocomplete="new-password"
            spellcheck={false}
            placeholder={props.saved ? t.endpoint.keySaved : t.endpoint.keyEmpty}
            value={props.value}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        )}
      </Field>
      <Show when={props.link}>
        {(link) => (
          <a class="small" href={link()} target="_blank" rel="noopener noreferrer">
            {t.endpoint.getKey}
          </a>
        )}
      </Show>
    </div>
  );
}
