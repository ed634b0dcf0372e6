import { isIP } from "node:net";
import { GuardError } from "./guard-error.ts";

/**
 * Reads an address as a stranger wrote it. What browsers mend in an address is
 * refused: a host that reads as one thing and means another is how a check is
 * talked past. Errors: GuardError `blocked`.
 */
export function readTarget(text: string): URL {
  // Control characters, blanks and backslashes are dropped or turned when an address is parsed.
  if (/[\s\p{Cc}\\]/u.test(text))
    throw blocked("An address has no blanks, control characters or backslashes.");
  const match = /^https?:\/\/([^/?#]+)/i.exec(text);
  if (!match || !URL.canParse(text)) throw blocked("Only whole http and https addresses are called.");
  const url = new URL(text);
  const authority = match[1] ?? "";
  if (authority.includes("@")) throw blocked("An address with a user name in it is not called.");
  const host = authority.replace(/:\d*$/, "").toLowerCase();
  // 2130706433, 0x7f.1, 127.1, %31 and full-width digits are all some number's address.
  if (isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0 && host !== url.hostname)
    throw blocked("An address in numbers must be written in its plain form, such as 192.0.2.1.");
  return url;
}

function blocked(message: string): GuardError {
  return new GuardError("blocked", message);
}
