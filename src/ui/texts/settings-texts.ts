import { enSettings } from "./en-settings.ts";

/** The words of the settings: apart from the others, because they are loaded with them. */
export const settingsTexts: typeof enSettings = enSettings;
