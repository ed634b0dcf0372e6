import Pencil from "lucide-solid/icons/pencil";
import { createSignal, Show, type JSX } from "solid-js";

import type { AccountDevice } from "../../domain/sync-status.ts";
import { formatExact } from "../format/time.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { Problem } from "../parts/problem.tsx";
import { NameField } from "../shell/name-field.tsx";
import { useApp } from "../state/app-context.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { scopeWords, seenWords } from "./account-words.ts";
import { createAction } from "./action.ts";
import { MAX_NAME } from "./sign-in-form.tsx";
import type { Confirm } from "./confirm.tsx";

/** One browser or program: its name, when it was seen, and signing it out. */
export function DeviceRow(props: {
  device: AccountDevice;
  now: number;
  /** The list is as it was when the server was last reached. */
  isOld: boolean;
  confirm: Confirm;
  onChanged: () => void;
}): JSX.Element {
  const { sync } = useApp().okcvm;
  const words = accountTexts.devices;
  const [editing, setEditing] = createSignal(false);
  const changing = createAction();
  let pencil: HTMLButtonElement | undefined;
  const rename = async (name: string | null): Promise<void> => {
    setEditing(false);
    pencil?.focus();
    if (name === null) return;
    const { id } = props.device;
    if (await changing.run(() => sync.renameDevice(id, name.slice(0, MAX_NAME)))) props.onChanged();
  };
  const revoke = async (): Promise<void> => {
    const { id, name } = props.device;
    const question = { title: words.confirmTitle(name), text: words.confirmText, confirm: words.signOut };
    if (!(await props.confirm({ ...question, danger: true }))) return;
    if (!(await changing.run(() => sync.revokeDevice(id)))) return;
    showToast({ text: words.done(name) });
    props.onChanged();
  };
  return (
    <li class="device">
      <Show
        when={!editing()}
        fallback={
          <NameField value={props.device.name} label={words.nameLabel} onDone={(name) => void rename(name)} />
        }
      >
        <About device={props.device} now={props.now} isOld={props.isOld} />
        <IconButton
          ref={(element) => (pencil = element)}
          label={words.rename(props.device.name)}
          disabled={changing.busy()}
          onClick={() => setEditing(true)}
        >
          <Pencil size={14} />
        </IconButton>
        <Show when={!props.device.current}>
          <button
            type="button"
            class="button danger"
            aria-label={words.signOutOf(props.device.name)}
            disabled={changing.busy()}
            onClick={() => void revoke()}
          >
            {words.signOut}
          </button>
        </Show>
      </Show>
      <Problem text={changing.problem()} class="device-problem" />
    </li>
  );
}

function About(props: { device: AccountDevice; now: number; isOld: boolean }): JSX.Element {
  const words = accountTexts.devices;
  return (
    <div class="grow">
      <p class="device-name">
        <span class="cut" title={props.device.name}>
          {props.device.name}
        </span>
        <Show when={props.device.current}>
          <span class="badge">{words.current}</span>
        </Show>
      </p>
      <p class="small quiet">
        <span title={words.seenTitle(formatExact(props.device.seenAt))}>
          {seenWords(props.device, props.now, props.isOld)}
        </span>
        <Show when={scopeWords(props.device.scopes)}>{(scopes) => <span> · {scopes()}</span>}</Show>
      </p>
    </div>
  );
}
