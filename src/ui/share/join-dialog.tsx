import { createEffect, createSignal, Match, on, onMount, type JSX } from "solid-js";

import { AccountSwitch } from "../account/account-switch.tsx";
import { createAction } from "../account/action.ts";
import { thisDeviceName } from "../account/device-name.ts";
import { NoAccount } from "../account/no-account.tsx";
import { createSignIn } from "../account/sign-in-state.ts";
import { SignedOut } from "../account/signed-out.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { shareTexts } from "../texts/share-texts.ts";
import { MAX_PERSON_NAME } from "./name-section.tsx";
import "../account/account.css";
import "./share.css";

const words = shareTexts.join;

/** An invitation was opened here: an account first where there is none, then it is used when the person says so. */
export function JoinDialog(props: { link: string }): JSX.Element {
  const { okcvm, sync, joining } = useApp();
  const form = createSignIn(okcvm.sync, thisDeviceName, props.link);
  return (
    <Dialog class="share-dialog" title={words.title} onClose={joining.end}>
      <div class="account-dialog" tabindex={-1} autofocus>
        <AccountSwitch>
          <Match when={sync.account() === null}>
            <div class="stack">
              <div class="account-about">
                <p>{words.text(location.host)}</p>
                <p>{words.needs}</p>
              </div>
              <div class="account-section">
                <NoAccount form={form} />
              </div>
            </div>
          </Match>
          <Match when={sync.signedOut()}>
            <SignedOut form={form} />
          </Match>
          <Match when={sync.account()}>
            <JoinForm link={props.link} />
          </Match>
        </AccountSwitch>
      </div>
    </Dialog>
  );
}

function JoinForm(props: { link: string }): JSX.Element {
  const { okcvm, joining, open } = useApp();
  const busy = createAction();
  const known = createLoad(
    () => null,
    () => okcvm.sync.displayName(),
  );
  const [name, setName] = createSignal("");
  let field!: HTMLInputElement;
  onMount(() => field.focus());
  // What is typed meanwhile stays.
  createEffect(on(known.value, (before) => name() === "" && before && setName(before)));
  const join = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await busy.run(async () => {
      const typed = name().trim();
      // First, so that the others see it at once; one that cannot be kept can be given later.
      if (typed !== (known.value() ?? "")) await okcvm.sync.setDisplayName(typed).catch(() => {});
      const { conversationId } = await okcvm.sync.takeInvitation(props.link);
      joining.end();
      showToast({ text: words.done });
      await open(conversationId);
    });
  };
  return (
    <form class="stack" onSubmit={(event) => void join(event)} novalidate>
      <div class="account-about">
        <p>{words.text(location.host)}</p>
        <p class="quiet">{words.more}</p>
      </div>
      <Field label={words.name} hint={words.nameHint} problem={busy.problem()}>
        {(id) => (
          <input
            id={id}
            class="input account-name"
            autocomplete="nickname"
            ref={(element) => (field = element)}
            maxlength={MAX_PERSON_NAME}
            value={name()}
            readonly={busy.busy()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="choice-buttons">
        <button type="button" class="button bare" disabled={busy.busy()} onClick={joining.end}>
          {words.cancel}
        </button>
        <button type="submit" class="button primary" disabled={busy.busy()}>
          {busy.busy() ? words.busy : words.confirm}
        </button>
      </div>
    </form>
  );
}
