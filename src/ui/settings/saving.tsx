import Check from "lucide-solid/icons/check";
import { createSignal, onCleanup, Show, type Accessor, type JSX } from "solid-js";

import type { SettingsPatch } from "../../domain/settings.ts";
import { useApp } from "../state/app-context.ts";
import { settingsTexts } from "../texts/settings-texts.ts";

const SHOWN_MS = 2000;

/** Saving of one control: whether it was just saved, and what was wrong. */
export interface Saving {
  saved: Accessor<boolean>;
  problem: Accessor<string | null>;
  /** Resolves true when it was saved. */
  save: (patch: SettingsPatch) => Promise<boolean>;
  fail: (problem: string | null) => void;
}

export function createSaving(): Saving {
  const app = useApp();
  const [saved, setSaved] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const save = async (patch: SettingsPatch): Promise<boolean> => {
    const error = await app.saveSettings(patch);
    clearTimeout(timer);
    setProblem(error?.message ?? null);
    setSaved(error === null);
    if (error === null) timer = setTimeout(() => setSaved(false), SHOWN_MS);
    return error === null;
  };
  return { saved, problem, save, fail: setProblem };
}

/** "Saved", for a moment. */
export function SavedMark(props: { when: boolean }): JSX.Element {
  return (
    <span role="status">
      <Show when={props.when}>
        <span class="settings-saved">
          <Check size={14} />
          {settingsTexts.saved}
        </span>
      </Show>
    </span>
  );
}
