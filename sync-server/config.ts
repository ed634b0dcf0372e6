import { isIP } from "node:net";
import type { WebContainerOffer } from "../src/domain/server-info.ts";
import { ConfigError } from "./config-error.ts";
import type { PrivateHosts } from "./guard/private-hosts.ts";
import { environmentSchema, type Environment, type LogLevel } from "./config-schema.ts";
import { syncConfig, type SyncConfig } from "./sync-config.ts";
import { pythonPackages, type PythonPackages } from "./python/packages-config.ts";
import { BUILT_IN_PROVIDERS, KEY_PREFIX, keyVariable, type Provider } from "./providers.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What the environment says, checked. Addresses that follow the real port are not known yet. */
export interface StartConfig {
  /** 0 picks a free port. */
  port: number;
  /** null: the loopback addresses. */
  host: string | null;
  /** null: follows the real port. */
  publicUrl: URL | null;
  /** Host, with a port where it needs one; null: follows the public URL. */
  sitesHost: string | null;
  publishing: Publishing;
  providers: ReadonlyMap<string, Provider>;
  git: GitLimits;
  /** null: turned off. */
  python: PythonPackages | null;
  /** null: not offered. */
  webcontainer: WebContainerOffer | null;
  /** null: turned off. */
  sync: SyncConfig | null;
  proxies: ReadonlySet<string>;
  metrics: MetricsAccess | null;
  logLevel: LogLevel;
}

/** Where published sites are: each on a host of its own, below a path of the app's, or nowhere. */
export type Publishing = "host" | "path" | "off";

/** Who may read /metrics: programs of this machine, or whoever has the token. */
export type MetricsAccess = "loopback" | { token: string };

/** What the Git proxy may reach and pass on. */
export interface GitLimits {
  privateHosts: PrivateHosts;
  /** The most one answer or one push may be. */
  maxBytes: number;
}

/** What the app works with once the port is known. */
export interface Config {
  /** The port the server listens on. */
  port: number;
  /** Where people open the app; its path is "/". */
  publicUrl: URL;
  /** Sites are at `<label>.<sitesHost>`; host, with a port where it needs one. */
  sitesHost: string;
  publishing: Publishing;
  providers: ReadonlyMap<string, Provider>;
  git: GitLimits;
  /** null: turned off. */
  python: PythonPackages | null;
  /** The WebContainer host the page may put in a frame; null: none. */
  webcontainer: WebContainerOffer | null;
  /** Addresses of the operator's own reverse proxies, whose X-Request-Id is taken over. */
  proxies: ReadonlySet<string>;
  /** null: turned off. */
  metrics: MetricsAccess | null;
}

/**
 * Reads and checks the environment. An empty value counts as none.
 * Errors: ConfigError with one sentence that names the variable.
 */
export function readConfig(variables: Variables): StartConfig {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) throw describe(parsed.error.issues[0], present);
  const environment = parsed.data;
  const publicUrl = environment.OKCVM_PUBLIC_URL ?? null;
  const sitesHost = environment.OKCVM_SITES_HOST ?? null;
  refuseSitesUnderAddress(publicUrl, sitesHost);
  refuseBareIdentity(environment);
  const keys = readKeys(present, providerUrls(environment));
  refuseSharedKeys(environment, [...keys.keys()]);
  return {
    port: environment.PORT,
    host: environment.HOST === undefined || environment.HOST === "localhost" ? null : environment.HOST,
    publicUrl,
    sitesHost,
    publishing: environment.OKCVM_PUBLISHED_SITES,
    providers: joinProviders(providerUrls(environment), keys),
    git: {
      privateHosts: environment.OKCVM_PRIVATE_HOSTS ?? new Set(),
      maxBytes: environment.OKCVM_GIT_MAX_MB * 1024 * 1024,
    },
    python: pythonPackages(environment, present),
    webcontainer: webcontainerOffer(environment),
    sync: syncConfig(environment, present, openedBy(environment) !== null),
    proxies: environment.OKCVM_PROXIES ?? new Set(),
    metrics: metricsAccess(environment),
    logLevel: environment.LOG_LEVEL,
  };
}

/** Variables whose values are not repeated in messages. */
const SECRET = new Set(["OKCVM_DATABASE_URL", "OKCVM_METRICS"]);

/** Fills in what follows the real port. */
export function resolveConfig(start: StartConfig, port: number): Config {
  const publicUrl = start.publicUrl ?? new URL(`http://okcvm.localhost:${port}`);
  const { publishing, providers, git, python, webcontainer, proxies, metrics } = start;
  return {
    port,
    publicUrl,
    sitesHost: start.sitesHost ?? publicUrl.host,
    publishing,
    providers,
    git,
    python,
    webcontainer,
    proxies,
    metrics,
  };
}

/** Where anyone sees a published site; null where none is published. */
export function siteUrls({ publicUrl, sitesHost, publishing }: Config): ((id: string) => string) | null {
  if (publishing === "off") return null;
  if (publishing === "path") return (id) => `${publicUrl.origin}/sites/${id}/`;
  return (id) => `${publicUrl.protocol}//${id}.${sitesHost}/`;
}

function metricsAccess({ OKCVM_METRICS: value }: Environment): MetricsAccess | null {
  if (value === undefined) return null;
  return value === "loopback" ? value : { token: value };
}

/** Either variable turns it on; the origin of those who make it is the default. */
function webcontainerOffer(environment: Environment): WebContainerOffer | null {
  const { OKCVM_WEBCONTAINER_ORIGIN: url, OKCVM_WEBCONTAINER_KEY: key } = environment;
  if (url === undefined && key === undefined) return null;
  return { origin: url?.origin ?? "https://stackblitz.com", apiKey: key ?? null };
}

/** True for a name or address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "::1") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}

function describe(
  issue: { path: PropertyKey[]; message: string } | undefined,
  present: Variables,
): ConfigError {
  const name = String(issue?.path[0]);
  if (SECRET.has(name))
    return new ConfigError(
      `${name} is set to a value (not shown, it may hold a password), but it takes ${issue?.message}.`,
    );
  return new ConfigError(`${name} is ${JSON.stringify(present[name])}, but it takes ${issue?.message}.`);
}

function refuseSitesUnderAddress(publicUrl: URL | null, sitesHost: string | null): void {
  if (!publicUrl || sitesHost !== null) return;
  const name = publicUrl.hostname.replace(/^\[|\]$/g, "");
  if (isIP(name) === 0) return;
  throw new ConfigError(
    `OKCVM_PUBLIC_URL is ${JSON.stringify(publicUrl.origin)}, but it takes a host name, ` +
      "because sites are served on names below it and an address has none, or OKCVM_SITES_HOST must name another host.",
  );
}

function providerUrls(environment: Environment): ReadonlyMap<string, string> {
  return new Map([...Object.entries(BUILT_IN_PROVIDERS), ...(environment.OKCVM_MODEL_PROVIDERS ?? [])]);
}

/** Keys by provider name. Messages name the variable and never its value: it is a secret. */
function readKeys(present: Variables, urls: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const providerOf = new Map([...urls.keys()].map((name) => [keyVariable(name), name]));
  const keys = new Map<string, string>();
  for (const [variable, value] of Object.entries(present)) {
    if (!variable.startsWith(KEY_PREFIX) || value === undefined) continue;
    const provider = providerOf.get(variable);
    if (provider === undefined) {
      throw new ConfigError(
        `${variable} is set, but no provider has that name: it takes one of ${[...providerOf.keys()].join(", ")}, ` +
          "or a name added to OKCVM_MODEL_PROVIDERS.",
      );
    }
    // A key with other characters would make an invalid header, whose error text would quote the key.
    if (!/^[\x21-\x7e]+$/.test(value.trim())) {
      throw new ConfigError(
        `${variable} is set to a value (not shown, it is a secret) that cannot be a key: ` +
          "it takes printable ASCII characters without spaces.",
      );
    }
    keys.set(provider, value.trim());
  }
  return keys;
}

/** Anyone could send the header; only who names the proxies may believe it. */
function refuseBareIdentity({ OKCVM_IDENTITY_HEADER: header, OKCVM_PROXIES: proxies }: Environment): void {
  if (header === undefined || (proxies?.size ?? 0) > 0) return;
  throw new ConfigError(
    "OKCVM_IDENTITY_HEADER is set, but OKCVM_PROXIES names no reverse proxy whose word it would be.",
  );
}

/** A key of the operator's must not be spent by strangers without the operator's word. */
function refuseSharedKeys(environment: Environment, holders: string[]): void {
  const [first] = holders;
  if (environment.OKCVM_PROXY_FOR === "accounts" && environment.OKCVM_DATABASE_URL === "off")
    throw new ConfigError("OKCVM_PROXY_FOR is accounts, but OKCVM_DATABASE_URL turns accounts off.");
  if (environment.OKCVM_ALLOW_SHARED_KEYS === "accounts" && environment.OKCVM_DATABASE_URL === "off")
    throw new ConfigError("OKCVM_ALLOW_SHARED_KEYS is accounts, but OKCVM_DATABASE_URL turns accounts off.");
  if (first === undefined || environment.OKCVM_ALLOW_SHARED_KEYS !== undefined) return;
  const open = openedBy(environment);
  if (open === null) return;
  throw new ConfigError(
    `${open} and ${keyVariable(first)} is set, so anyone who can reach this server could spend that key: ` +
      "set OKCVM_ALLOW_SHARED_KEYS=accounts to let the server's accounts spend it, or yes for everyone, or take the key out.",
  );
}

/** Which setting lets other machines in, in words; null when none does. */
function openedBy({ HOST: host, OKCVM_PUBLIC_URL: url }: Environment): string | null {
  if (host !== undefined && !isLoopback(host)) return `HOST is ${JSON.stringify(host)}`;
  if (url && !isLoopback(url.hostname)) return `OKCVM_PUBLIC_URL is ${JSON.stringify(url.origin)}`;
  return null;
}

function joinProviders(
  urls: ReadonlyMap<string, string>,
  keys: ReadonlyMap<string, string>,
): ReadonlyMap<string, Provider> {
  return new Map([...urls].map(([name, baseUrl]) => [name, { name, baseUrl, key: keys.get(name) ?? null }]));
}
