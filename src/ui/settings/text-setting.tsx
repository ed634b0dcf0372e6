import type { JSX } from "solid-js";

import { Field } from "../parts/field.tsx";
import { storedValue } from "../parts/stored-value.ts";
import { SavedMark, type Saving } from "./saving.tsx";

/** A line of text that is saved when it is left. */
export function TextSetting(props: {
  label: string;
  hint?: string;
  value: string;
  placeholder?: string;
  saving: Saving;
  onSave: (value: string) => Promise<boolean>;
}): JSX.Element {
  const value = storedValue(() => props.value);
  return (
    <div>
      <Field label={props.label} hint={props.hint} problem={props.saving.problem()}>
        {(id) => (
          <input
            id={id}
            class="input"
            autocomplete="off"
            spellcheck={false}
            placeholder={props.placeholder ?? ""}
            value={value()}
            aria-invalid={props.saving.problem() !== null}
            onChange={(event) => void props.onSave(event.currentTarget.value)}
          />
        )}
      </Field>
      <SavedMark when={props.saving.saved()} />
    </div>
  );
}
