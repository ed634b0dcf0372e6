import { enEngine } from "./en-engine.ts";

/** The words of the engine panel: apart from the others, because they are loaded with it. */
export const engineTexts: typeof enEngine = enEngine;
