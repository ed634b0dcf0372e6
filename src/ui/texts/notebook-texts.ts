import { enNotebook } from "./en-notebook.ts";

/** The words of Python cells: apart from the others, because they are loaded with the first cell. */
export const notebookTexts: typeof enNotebook = enNotebook;
