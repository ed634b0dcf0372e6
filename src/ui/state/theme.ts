import { createEffect, type Accessor } from "solid-js";

import type { Theme } from "../../domain/settings.ts";
import { readStored, writeStored } from "./persisted.ts";

const KEY = "okcvm.theme";

/** Puts the theme that was last in use on the page, before the settings are read. */
export function restoreTheme(): void {
  const stored = readStored(KEY);
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
}

/** Keeps the page in the theme of the settings. */
export function createThemeEffect(theme: Accessor<Theme | undefined>): void {
  createEffect(() => {
    const chosen = theme();
    if (chosen === undefined) return;
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
    writeStored(KEY, chosen === "system" ? undefined : chosen);
  });
}
