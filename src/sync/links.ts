import { OkcvmError } from "../domain/errors.ts";

/** What a link lets whoever has it do: sign in, join a conversation, or make an account. */
type LinkKind = "pair" | "join" | "welcome";

/** A link. All of it is behind the `#` that browsers send to no server; `key` is known to none. */
export interface Link {
  kind: LinkKind;
  id: string;
  /** What something is opened with that the server has and cannot read, base64url; null for nothing. */
  key: string | null;
  /** For an invitation with a key: the space it is the key of. */
  space?: string | null;
}

export function writeLink(server: string, { kind, id, key, space = null }: Link): string {
  const secret = [key, space].flatMap((part) => (part === null ? [] : [`.${part}`]));
  return `${server}/#/${kind}/${id}${secret.join("")}`;
}

/** What a link of a server's names. Errors: `bad-arguments`, with `isNone` for what is no such link. */
export function readLink(
  address: string,
  { kind, server, isNone }: { kind: LinkKind; server: string; isNone: string },
): Omit<Link, "kind"> {
  const text = address.trim();
  const [, what, id, key = null, space = null] =
    /#\/(pair|join|welcome)\/([0-9a-f]{32})(?:\.([A-Za-z0-9_-]{43})(?:\.([0-9a-f]{32}))?)?$/.exec(text) ?? [];
  if (id === undefined || what !== kind || !URL.canParse(text)) throw new OkcvmError("bad-arguments", isNone);
  const { origin } = new URL(text);
  if (origin !== server) throw new OkcvmError("bad-arguments", `That link is of ${origin}. Open it there.`);
  return { id, key, space };
}
