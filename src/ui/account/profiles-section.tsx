import Pencil from "lucide-solid/icons/pencil";
import Trash from "lucide-solid/icons/trash";
import { createMemo, createSignal, For, Show, type JSX } from "solid-js";

import type { Profile, Profiles } from "../../ports/profiles.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { Problem } from "../parts/problem.tsx";
import { NameField } from "../shell/name-field.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { createAction } from "./action.ts";
import { createConfirm } from "./confirm.tsx";

const words = accountTexts.profiles;

/** The accounts this browser keeps apart, and the way from one to another. */
export function ProfilesSection(): JSX.Element {
  const { profiles } = useApp().okcvm;
  const [version, setVersion] = createSignal(0);
  const list = createMemo(() => {
    version();
    return profiles.list();
  });
  const changed = (): void => void setVersion((count) => count + 1);
  return (
    <section class="stack account-section">
      <h3>{words.title}</h3>
      <p class="small quiet">{words.intro}</p>
      <Show when={list().length > 1}>
        <ul class="plain device-list">
          <For each={list()}>
            {(profile, index) => <Row profile={profile} number={index() + 1} onChanged={changed} />}
          </For>
        </ul>
      </Show>
      <div>
        <button type="button" class="button" onClick={() => goTo(profiles, profiles.add().name)}>
          {words.add}
        </button>
      </div>
    </section>
  );
}

/** The page begins anew with it: everything that is open belongs to the other. */
function goTo(profiles: Profiles, name: string): void {
  profiles.use(name);
  location.assign("/");
}

function Row(props: { profile: Profile; number: number; onChanged: () => void }): JSX.Element {
  const { profiles } = useApp().okcvm;
  const [editing, setEditing] = createSignal(false);
  const removing = createAction();
  const { confirm, Slot } = createConfirm();
  const name = (): string => props.profile.label || words.unnamed(props.number);
  const rename = (label: string | null): void => {
    setEditing(false);
    if (label === null) return;
    profiles.rename(props.profile.name, label);
    props.onChanged();
  };
  const remove = async (): Promise<void> => {
    const question = { title: words.confirmTitle(name()), text: words.confirmText, confirm: words.remove };
    if (!(await confirm({ ...question, danger: true }))) return;
    if (await removing.run(() => profiles.remove(props.profile.name))) props.onChanged();
  };
  return (
    <li class="device">
      <Show when={!editing()} fallback={<NameField value={name()} label={words.nameLabel} onDone={rename} />}>
        <p class="device-name grow">
          <span class="cut">{name()}</span>
          <Show when={props.profile.current}>
            <span class="badge">{words.current}</span>
          </Show>
        </p>
        <IconButton label={words.rename(name())} onClick={() => setEditing(true)}>
          <Pencil size={14} />
        </IconButton>
        <Show when={!props.profile.current}>
          <IconButton label={words.removeOf(name())} disabled={removing.busy()} onClick={() => void remove()}>
            <Trash size={14} />
          </IconButton>
          <button
            type="button"
            class="button"
            aria-label={words.useOf(name())}
            onClick={() => goTo(profiles, props.profile.name)}
          >
            {words.use}
          </button>
        </Show>
      </Show>
      <Problem text={removing.problem()} class="device-problem" />
      <Slot />
    </li>
  );
}
