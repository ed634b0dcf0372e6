import { enAccount } from "./en-account.ts";

/** The words of the account: apart from the others, because they are loaded with it. */
export const accountTexts: typeof enAccount = enAccount;
