import { OkcvmError } from "../domain/errors.ts";

/** What a link of a server's names behind the `#` that browsers send to no server. Errors: `bad-arguments`, with `isNone` for what is no such link. */
export function readLink(
  address: string,
  { kind, server, isNone }: { kind: "pair" | "join"; server: string; isNone: string },
): string {
  const text = address.trim();
  const [, what, id] = /#\/(pair|join)\/([0-9a-f]{32})$/.exec(text) ?? [];
  if (id === undefined || what !== kind || !URL.canParse(text)) throw new OkcvmError("bad-arguments", isNone);
  const { origin } = new URL(text);
  if (origin !== server) throw new OkcvmError("bad-arguments", `That link is of ${origin}. Open it there.`);
  return id;
}
