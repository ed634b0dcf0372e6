import { enLog } from "./en-log.ts";

/** The words of the log: apart from the others, because they are loaded with it. */
export const logTexts: typeof enLog = enLog;
