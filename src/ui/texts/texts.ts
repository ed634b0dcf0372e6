import { en } from "./en.ts";

/** What every language file must hold: the keys of the English one, with the same parameters. */
export type Texts = typeof en;

/** The words of the user interface. */
export const t: Texts = en;
