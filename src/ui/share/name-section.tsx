import { createSignal, Show, type JSX } from "solid-js";

import { createAction } from "../account/action.ts";
import { Field } from "../parts/field.tsx";
import { storedValue } from "../parts/stored-value.ts";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { shareTexts } from "../texts/share-texts.ts";

/** The server takes no longer name. */
export const MAX_PERSON_NAME = 60;

/** What the others see of this account. It is saved when the field is left. */
export function NameSection(props: { onSaved: () => void }): JSX.Element {
  const { sync } = useApp().okcvm;
  const known = createLoad(
    () => null,
    () => sync.displayName(),
  );
  const saving = createAction();
  const [saved, setSaved] = createSignal(false);
  const shown = storedValue(() => known.value() ?? "");
  const save = async (name: string): Promise<void> => {
    setSaved(false);
    if (!(await saving.run(() => sync.setDisplayName(name.trim())))) return;
    setSaved(true);
    known.reload();
    props.onSaved();
  };
  return (
    <section class="account-section">
      <Field
        label={shareTexts.name}
        hint={saving.busy() ? shareTexts.nameSaving : saved() ? shareTexts.nameSaved : shareTexts.nameHint}
        problem={saving.problem() ?? known.error()?.message}
      >
        {(id) => (
          <input
            id={id}
            class="input account-name"
            autocomplete="nickname"
            maxlength={MAX_PERSON_NAME}
            value={shown()}
            readonly={saving.busy()}
            onInput={() => setSaved(false)}
            onChange={(event) => void save(event.currentTarget.value)}
          />
        )}
      </Field>
      <Show when={saved()}>
        <span class="hidden-label" role="status">
          {shareTexts.nameSaved}
        </span>
      </Show>
    </section>
  );
}
