import type { Config } from "./config.ts";

/**
 * What a request's host is to this server. app: the public URL's host. alias:
 * another name of the app on this machine. site: the origin of one site.
 * unknown: none of them.
 */
export type HostMatch =
  | { kind: "app" }
  | { kind: "alias" }
  | { kind: "site"; label: string }
  | { kind: "unknown" };

export interface Hosts {
  /** `host` as in a Host header: a name or address, with a port where there is one. */
  match(host: string): HostMatch;
  /** True for an Origin header of a page this server served as the app. */
  isOwnOrigin(origin: string): boolean;
}

const LABEL = /^[a-z0-9]{8,40}$/;
const WELL_FORMED = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/;
const ALIASES = ["localhost", "127.0.0.1", "[::1]"];

/** Tells the hosts of one server apart. A name that was rebound by DNS to this machine comes out as unknown. */
export function createHosts(config: Pick<Config, "port" | "publicUrl" | "sitesHost">): Hosts {
  const { publicUrl } = config;
  const defaultPort = publicUrl.protocol === "https:" ? ":443" : ":80";
  const aliases = new Set(ALIASES.map((name) => new URL(`http://${name}:${config.port}`).host));
  const origins = new Set([publicUrl.origin, ...[...aliases].map((host) => `http://${host}`)]);
  const bare = (host: string) => (host.endsWith(defaultPort) ? host.slice(0, -defaultPort.length) : host);
  const siteSuffix = `.${bare(config.sitesHost)}`;

  function match(header: string): HostMatch {
    const lower = header.toLowerCase();
    if (!WELL_FORMED.test(lower)) return { kind: "unknown" };
    const host = bare(lower);
    if (host === publicUrl.host) return { kind: "app" };
    if (aliases.has(host)) return { kind: "alias" };
    const label = host.endsWith(siteSuffix) ? host.slice(0, -siteSuffix.length) : "";
    return LABEL.test(label) ? { kind: "site", label } : { kind: "unknown" };
  }

  return { match, isOwnOrigin: (origin) => origins.has(origin) };
}
