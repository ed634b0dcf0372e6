import { createSignal, Show, type JSX } from "solid-js";

import type { EncryptionState } from "../../domain/sync-status.ts";
import { Field } from "../parts/field.tsx";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { createAction } from "./action.ts";
import { SecretInput } from "./secret-input.tsx";

const words = accountTexts.encryption;

/** Conversations that the server cannot read: what that means, and what this browser needs for it. */
export function EncryptionSection(): JSX.Element {
  const { okcvm, sync } = useApp();
  const state = createLoad(
    () => sync.status().locked ?? 0,
    () => okcvm.sync.encryption.state(),
  );
  const reason = (): string | null => state.error()?.message ?? null;
  return (
    <section class="stack account-section">
      <h3>{words.title}</h3>
      <div class="account-about small quiet">
        <p>{words.intro}</p>
        <p>{words.price}</p>
      </div>
      <Show when={state.value()}>
        {(known) => (
          <Show when={known().ready} fallback={<Unlock state={known()} onDone={state.reload} />}>
            <EncryptNew wanted={known().encryptNew} onChanged={state.reload} />
          </Show>
        )}
      </Show>
      <Show when={reason()}>{(text) => <Problem text={words.failed(text())} />}</Show>
    </section>
  );
}

function EncryptNew(props: { wanted: boolean; onChanged: () => void }): JSX.Element {
  const { encryption } = useApp().okcvm.sync;
  const saving = createAction();
  const save = async (wanted: boolean): Promise<void> => {
    await saving.run(() => encryption.setEncryptNew(wanted));
    props.onChanged();
  };
  return (
    <>
      <label class="account-check">
        <input
          type="checkbox"
          checked={props.wanted}
          disabled={saving.busy()}
          onChange={(event) => void save(event.currentTarget.checked)}
        />
        <span>{words.encryptNew}</span>
      </label>
      <Problem text={saving.problem()} />
    </>
  );
}

/** Asks for the secret, which stays here. */
function Unlock(props: { state: EncryptionState; onDone: () => void }): JSX.Element {
  const { encryption } = useApp().okcvm.sync;
  const [text, setText] = createSignal("");
  const unlocking = createAction();
  let field!: HTMLInputElement;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const typed = text().trim();
    if (typed === "") unlocking.setProblem(words.empty);
    else if (await unlocking.run(() => encryption.unlock(typed))) {
      setText("");
      showToast({ text: words.unlocked });
      props.onDone();
      return;
    }
    field.focus();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)} novalidate>
      <p>{props.state.locked > 0 ? words.locked(props.state.locked) : words.notReady}</p>
      <Field label={words.secret} hint={words.secretHint} problem={unlocking.problem()}>
        {(id) => (
          <SecretInput
            ref={(element) => (field = element)}
            id={id}
            value={text()}
            readonly={unlocking.busy()}
            invalid={unlocking.problem() !== null}
            onInput={(typed) => {
              setText(typed);
              unlocking.setProblem(null);
            }}
          />
        )}
      </Field>
      <div>
        <button type="submit" class="button" disabled={unlocking.busy()}>
          {unlocking.busy() ? words.unlocking : words.unlock}
        </button>
      </div>
    </form>
  );
}
