import { For, type JSX } from "solid-js";

import type { Theme } from "../../domain/settings.ts";
import { useApp } from "../state/app-context.ts";
import { settingsTexts } from "../texts/settings-texts.ts";
import { createSaving, SavedMark } from "./saving.tsx";

const THEMES: Theme[] = ["system", "light", "dark"];

/** The theme. */
export function AppearancePanel(): JSX.Element {
  const app = useApp();
  const saving = createSaving();
  return (
    <div class="stack">
      <div class="field" role="radiogroup" aria-labelledby="theme-label">
        <span class="label" id="theme-label">
          {settingsTexts.theme}
        </span>
        <div class="choices">
          <For each={THEMES}>
            {(theme) => (
              <label class="choice">
                <input
                  type="radio"
                  name="theme"
                  checked={app.settings()?.theme === theme}
                  onChange={() => void saving.save({ theme })}
                />
                {settingsTexts.themes[theme]}
              </label>
            )}
          </For>
        </div>
      </div>
      <SavedMark when={saving.saved()} />
    </div>
  );
}
