import { enFiles } from "./en-files.ts";

/** The words of the files pane: apart from the others, because they are loaded with it. */
export const filesTexts: typeof enFiles = enFiles;
