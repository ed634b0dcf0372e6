/** What a link lets whoever has it do: pair signs in, join lets into a conversation, welcome makes an account. */
export type LinkKind = "pair" | "join" | "welcome";

/** A link. All of it is behind the `#` that browsers send to no server; `key` is known to none. */
export interface Link {
  kind: LinkKind;
  id: string;
  /** What something is opened with that the server has and cannot read, base64url; null for nothing. */
  key: string | null;
  /** For an invitation with a key: the space it is the key of. */
  space?: string | null;
}

/** What the part of an address behind the `#`, and with it, says; null when that is no link. */
export function parseLink(hash: string): Link | null {
  const [, kind, id, key = null, space = null] =
    /^#\/(pair|join|welcome)\/([0-9a-f]{32})(?:\.([A-Za-z0-9_-]{43})(?:\.([0-9a-f]{32}))?)?$/.exec(hash) ??
    [];
  return kind === undefined || id === undefined ? null : { kind: kind as LinkKind, id, key, space };
}
