import { enHistory } from "./en-history.ts";

/** The words of the timeline, the diffs and the storage panel: apart from the others, because they are loaded with them. */
export const historyTexts: typeof enHistory = enHistory;
