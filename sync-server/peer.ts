import type { RequestEnv } from "./request-env.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1"]);

/** The address at the other end of the connection; "unknown" where there is none. */
export function peerAddress({ incoming }: Pick<RequestEnv["Bindings"], "incoming">): string {
  return plainAddress(incoming?.socket?.remoteAddress ?? "unknown");
}

/** An IPv4 address as such, also when an IPv6 socket has it. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

/** True for a connection of this machine's own. */
export function isFromHere(bindings: Pick<RequestEnv["Bindings"], "incoming">): boolean {
  return LOOPBACK.has(peerAddress(bindings));
}
