import { OkcvmError } from "../domain/errors.ts";
import { parseLink, type Link, type LinkKind } from "../domain/link.ts";

export function writeLink(server: string, { kind, id, key, space = null }: Link): string {
  const secret = [key, space].flatMap((part) => (part === null ? [] : [`.${part}`]));
  return `${server}/#/${kind}/${id}${secret.join("")}`;
}

/** What a link of a server's names. Errors: `bad-arguments`, with `isNone` for what is no such link. */
export function readLink(
  address: string,
  { kinds, server, isNone }: { kinds: readonly LinkKind[]; server: string; isNone: string },
): Omit<Link, "kind"> {
  const text = address.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  const link = url && parseLink(url.hash);
  if (!url || !link || !kinds.includes(link.kind)) throw new OkcvmError("bad-arguments", isNone);
  if (url.origin !== server)
    throw new OkcvmError("bad-arguments", `That link is of ${url.origin}. Open it there.`);
  const { id, key, space } = link;
  return { id, key, space: space ?? null };
}
