import { enShare } from "./en-share.ts";

/** The words of shared conversations: apart from the others, because they are loaded with them. */
export const shareTexts: typeof enShare = enShare;
