import { enCommands } from "./en-commands.ts";

/** The words of commands: apart from the others, because they are loaded with the palette. */
export const commandTexts: typeof enCommands = enCommands;
