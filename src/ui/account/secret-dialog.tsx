import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import Download from "lucide-solid/icons/download";
import { createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";

import { downloadBlob } from "../files/operations/download.ts";
import { formatDay } from "../format/time.ts";
import { createCopy } from "../parts/copied.ts";
import { Dialog } from "../parts/dialog.tsx";
import { accountTexts } from "../texts/account-texts.ts";
import { t } from "../texts/texts.ts";
import { drawSecret } from "./new-secret.ts";
import "./account.css";

/** A secret that was just made. */
export interface NewSecret {
  secret: string;
  /** created: with the account. rotated: in the place of another. */
  reason: "created" | "rotated";
}

/** Shows a secret, this once, until the person has kept it. */
export function showSecret(secret: NewSecret): void {
  drawSecret(() => <SecretDialog {...secret} />);
}

/** It cannot be closed before the person says that they have kept it. */
function SecretDialog(props: NewSecret): JSX.Element {
  const words = accountTexts.secret;
  const [kept, setKept] = createSignal(false);
  const save = (): void => {
    const text = words.file(props.secret, location.host, formatDay(Date.now()));
    downloadBlob(new Blob([text]), words.fileName);
  };
  holdThePage();
  return (
    <Dialog
      class="secret-dialog"
      title={words.title[props.reason]}
      locked={!kept()}
      onClose={() => drawSecret(null)}
    >
      <form
        class="account-dialog stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (kept()) drawSecret(null);
        }}
      >
        <p>{words.intro[props.reason]}</p>
        <Groups secret={props.secret} />
        <div class="row account-wrap">
          <CopySecret secret={props.secret} />
          <button type="button" class="button" onClick={save}>
            <Download size={15} />
            {words.save}
          </button>
        </div>
        <p>{words.warning}</p>
        <p class="small quiet">{words.links}</p>
        <div class="secret-end">
          <label class="secret-kept">
            <input
              type="checkbox"
              checked={kept()}
              onChange={(event) => setKept(event.currentTarget.checked)}
            />
            {words.kept}
          </label>
          <button type="submit" class="button primary" disabled={!kept()}>
            {words.done}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Closing the tab now would lose the secret: the browser asks first. */
function holdThePage(): void {
  const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
  onMount(() => addEventListener("beforeunload", hold));
  onCleanup(() => removeEventListener("beforeunload", hold));
}

function CopySecret(props: { secret: string }): JSX.Element {
  const { copy, done } = createCopy(() => props.secret);
  return (
    <button type="button" class="button" autofocus onClick={copy}>
      <Show when={done()} fallback={<Copy size={15} />}>
        <Check size={15} />
      </Show>
      <span>{done() ? t.copied : accountTexts.secret.copy}</span>
    </button>
  );
}

function Groups(props: { secret: string }): JSX.Element {
  return (
    <div class="secret-groups mono" role="group" aria-label={accountTexts.secret.label}>
      <For each={props.secret.split("-")}>
        {(group, index) => (
          <>
            {/* Copied by hand it is whole too. */}
            <Show when={index() > 0}>
              <span class="secret-dash">-</span>
            </Show>
            <span>{group}</span>
          </>
        )}
      </For>
    </div>
  );
}
