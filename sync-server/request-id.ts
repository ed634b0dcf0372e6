import { randomUUID } from "node:crypto";
import { peerAddress } from "./peer.ts";
import type { RequestEnv } from "./request-env.ts";

/** The header that an id comes in and goes out with. */
const REQUEST_ID = "x-request-id";
/** The header it goes out with beside a model provider's own, which is the one that the provider's support asks for. */
const OWN_ID = "x-okcvm-request-id";
const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/;

/** The id that one of the operator's own proxies gave the request, or a new one: strangers do not write into the log. */
export function requestIdOf(
  headers: Headers,
  bindings: Pick<RequestEnv["Bindings"], "incoming">,
  proxies: ReadonlySet<string>,
): string {
  const given = headers.get(REQUEST_ID) ?? "";
  return WELL_FORMED.test(given) && proxies.has(peerAddress(bindings)) ? given : randomUUID();
}

/** Writes the id into the reply's headers. */
export function tellRequestId({ headers }: Response, id: string): void {
  headers.set(headers.has(REQUEST_ID) ? OWN_ID : REQUEST_ID, id);
}
