import { lookup } from "node:dns/promises";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { GuardError } from "./guard-error.ts";
import { isListed, type PrivateHosts } from "./private-hosts.ts";
import { isPublicAddress } from "./public-address.ts";

/** All addresses of a name. Errors: those of dns.lookup. */
export type Resolve = (name: string) => Promise<LookupAddress[]>;

/** What a guarded request may reach. */
export interface GuardPolicy {
  /** Schemes for hosts that are not listed, with the colon. Listed hosts take http and https. */
  schemes: readonly ("http:" | "https:")[];
  /** Ports for hosts that are not listed, `""` for a scheme's own; that one alone when left out. */
  ports?: readonly string[];
  privateHosts: PrivateHosts;
  resolve: Resolve;
}

/** The resolver of the system, with every address it knows. */
export const systemResolve: Resolve = (name) => lookup(name, { all: true, verbatim: true });

/**
 * Checks a URL and resolves its host; the connection must be made to one of
 * the addresses in the answer and no other.
 * Errors: GuardError `blocked`; those of the resolver.
 */
export async function checkTarget(url: URL, policy: GuardPolicy): Promise<LookupAddress[]> {
  const listed = isListed(policy.privateHosts, url);
  const problem = urlProblem(url, listed, policy);
  if (problem !== null) throw new GuardError("blocked", problem);
  const name = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(name);
  const addresses = family === 0 ? await policy.resolve(name) : [{ address: name, family }];
  if (listed && addresses.length > 0) return addresses;
  // One private answer among public ones is enough: which of them a connection takes is not for a name to decide.
  if (addresses.length > 0 && addresses.every(({ address }) => isPublicAddress(address))) return addresses;
  throw new GuardError(
    "blocked",
    `${url.host} leads to a private or reserved network, which this server does not call. ${allowIt(url)}`,
  );
}

function urlProblem(url: URL, listed: boolean, { schemes, ports = [""] }: GuardPolicy): string | null {
  if (url.username !== "" || url.password !== "") return "An address with a user name in it is not called.";
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return "Only http and https addresses are called.";
  if (listed) return null;
  if (!schemes.includes(url.protocol)) {
    return `This server calls ${url.host} by https only. ${allowIt(url)}`;
  }
  if (!ports.includes(url.port))
    return `This server calls only the usual ports, not ${url.port}. ${allowIt(url)}`;
  return null;
}

function allowIt(url: URL): string {
  return `Its operator can allow it: OKCVM_PRIVATE_HOSTS=${url.host}.`;
}
