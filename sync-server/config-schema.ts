import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { parseAddresses, parseDatabaseUrl } from "./sync-config.ts";
import { parsePrivateHosts } from "./guard/private-hosts.ts";

const PROVIDER_NAME = /^[a-z0-9-]{1,32}$/;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Headers that are in requests whether a person is signed in or not: each would make somebody of anyone. */
const SENT_ANYWAY =
  /^(?:accept(?:-.*)?|authorization|cache-control|connection|content-.*|cookie2?|date|dnt|expect|forwarded|host|if-.*|keep-alive|origin|pragma|priority|proxy-(?:authorization|connection)|range|referer|sec-.*|te|trailer|transfer-encoding|upgrade(?:-.*)?|user-agent|via|x-forwarded-(?:for|host|port|proto|server)|x-okcvm-.*|x-real-ip|x-request-id|x-requested-with)$/;

/** How much a log line must matter to be written; pino's names. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const takes = {
  port: "a whole number from 0 to 65535, where 0 picks a free port",
  host: "one address or name to listen on, without a port, such as 0.0.0.0",
  publicUrl:
    "an http or https address with nothing after the host and port, such as https://okcvm.example.com",
  publishing: "host, path or off",
  sitesHost: "a host name, with a port when it needs one, such as sites.example.com or okcvm.localhost:8787",
  providers:
    "name=baseUrl pairs separated by spaces, each name once and made of 1 to 32 of a-z, 0-9 and -, " +
    "such as local=http://127.0.0.1:11434/v1",
  sharedKeys: "only yes (everyone) or accounts, or no value at all",
  header: "the name of a header, such as X-Forwarded-User, which no browser or connection sends by itself",
  perDay: "a whole number from 1 to 999999999",
  privateHosts:
    "hosts with or without a port, separated by commas and in their plain spelling, such as git.lan:3000,192.168.1.20",
  onOrOff: "only on or off",
  proxyFor: "only everyone or accounts",
  baseUrl: "an http or https address that ends with a slash, such as https://pypi.org/simple/",
  fileHosts:
    "hosts separated by commas, with a port where there is one and http:// where they speak no https, " +
    "such as files.pythonhosted.org,http://pypi.lan:8080",
  folder: "the absolute path of a folder",
  megabytes: "a whole number of megabytes from 1 to 65536",
  webcontainerOrigin:
    "an http or https address with nothing after the host and port, such as https://stackblitz.com",
  webcontainerKey: "a WebContainer API key: printable ASCII characters without spaces",
  database:
    "off, or a database's address: sqlite:///absolute/path.db or mysql://user:password@host:3306/name",
  registration: "only open, invite-only or closed",
  metrics: "loopback, or a token of 16 or more printable ASCII characters without spaces",
  addresses: "IP addresses separated by commas, such as 127.0.0.1,10.0.0.2",
  count: "a whole number from 1 to 999999",
  level: `one of ${LOG_LEVELS.join(", ")}`,
} as const;

/**
 * One entry per variable. Each message completes the sentence "<NAME> is
 * <value>, but it takes …", which is what an operator reads.
 */
export const environmentSchema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, takes.port)
    .transform(Number)
    .refine((port) => port <= 65_535, takes.port)
    .default(8787),
  HOST: z.string().refine(isListenAddress, takes.host).optional(),
  OKCVM_PUBLIC_URL: z.string().transform(orIssue(parsePublicUrl, takes.publicUrl)).optional(),
  OKCVM_SITES_HOST: z.string().transform(orIssue(parseSitesHost, takes.sitesHost)).optional(),
  OKCVM_PUBLISHED_SITES: z.enum(["host", "path", "off"], takes.publishing).default("host"),
  OKCVM_MODEL_PROVIDERS: z.string().transform(orIssue(parseProviders, takes.providers)).optional(),
  OKCVM_ALLOW_SHARED_KEYS: z.enum(["yes", "accounts"], takes.sharedKeys).optional(),
  OKCVM_MODEL_REQUESTS_PER_DAY: perDay(),
  OKCVM_MODEL_TOKENS_PER_DAY: perDay(),
  OKCVM_PRIVATE_HOSTS: z.string().transform(orIssue(parsePrivateHosts, takes.privateHosts)).optional(),
  OKCVM_PROXY_FOR: z.enum(["everyone", "accounts"], takes.proxyFor).default("everyone"),
  OKCVM_GIT_MAX_MB: megabytes(1024),
  OKCVM_PYTHON_PACKAGES: z.enum(["on", "off"], takes.onOrOff).default("on"),
  OKCVM_PYODIDE_URL: z.string().transform(orIssue(parseFolderUrl, takes.baseUrl)).optional(),
  OKCVM_PYPI_URL: z.string().transform(orIssue(parseFolderUrl, takes.baseUrl)).optional(),
  OKCVM_PYPI_FILE_HOSTS: z.string().transform(orIssue(parseFileHosts, takes.fileHosts)).optional(),
  OKCVM_CACHE_DIR: z.string().refine(isAbsolute, takes.folder).optional(),
  OKCVM_PY_CACHE_MB: megabytes(2048),
  OKCVM_PY_MAX_MB: megabytes(512),
  OKCVM_WEBCONTAINER_ORIGIN: z
    .string()
    .transform(orIssue(parsePublicUrl, takes.webcontainerOrigin))
    .optional(),
  OKCVM_WEBCONTAINER_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, takes.webcontainerKey)
    .optional(),
  OKCVM_DATABASE_URL: z.string().transform(orIssue(parseDatabaseUrl, takes.database)).optional(),
  OKCVM_REGISTRATION: z.enum(["open", "invite-only", "closed"], takes.registration).optional(),
  OKCVM_SPACE_MB: megabytes(1024),
  OKCVM_FETCHES_PER_MINUTE: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, takes.count)
    .transform(Number)
    .default(120),
  OKCVM_FETCH_MB_PER_HOUR: megabytes(1024),
  OKCVM_PROXIES: z.string().transform(orIssue(parseAddresses, takes.addresses)).optional(),
  OKCVM_IDENTITY_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, takes.header)
    .transform((name) => name.toLowerCase())
    .refine((name) => !SENT_ANYWAY.test(name), takes.header)
    .optional(),
  OKCVM_METRICS: z
    .string()
    .refine((text) => text === "loopback" || /^[\x21-\x7e]{16,}$/.test(text), takes.metrics)
    .optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, takes.level).default("info"),
});

export type Environment = z.infer<typeof environmentSchema>;

function perDay() {
  return z
    .string()
    .regex(/^[1-9]\d{0,8}$/, takes.perDay)
    .transform(Number)
    .optional();
}

function megabytes(byDefault: number) {
  return z
    .string()
    .regex(/^\d{1,5}$/, takes.megabytes)
    .transform(Number)
    .refine((megabytes) => megabytes >= 1 && megabytes <= 65_536, takes.megabytes)
    .default(byDefault);
}

/** Makes a zod transform of a parser that answers null for text it does not take. */
function orIssue<T>(parse: (text: string) => T | null, message: string) {
  return (text: string, context: z.RefinementCtx): T => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
}

function isListenAddress(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.username || url.password || url.search || url.hash) return null;
  return url;
}

function parsePublicUrl(text: string): URL | null {
  const url = parseUrl(text);
  return url?.pathname === "/" ? url : null;
}

function parseFolderUrl(text: string): URL | null {
  const url = parseUrl(text);
  return url?.pathname.endsWith("/") ? url : null;
}

/** Hosts, with a port where there is one, and their origins. */
function parseFileHosts(text: string): ReadonlyMap<string, string> | null {
  const origins = new Map<string, string>();
  for (const part of text.split(",").map((one) => one.trim())) {
    const url = parsePublicUrl(part.includes("://") ? part : `https://${part}`);
    if (!url) return null;
    origins.set(url.host, url.origin);
  }
  return origins;
}

function parseSitesHost(text: string): string | null {
  const [name = "", port, ...rest] = text.toLowerCase().split(":");
  if (rest.length > 0 || !HOST_NAME.test(name) || isIP(name)) return null;
  if (port === undefined) return name;
  return /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535 ? `${name}:${port}` : null;
}

function parseProviders(text: string): ReadonlyMap<string, string> | null {
  const providers = new Map<string, string>();
  for (const pair of text.split(/\s+/).filter(Boolean)) {
    const cut = pair.indexOf("=");
    const name = pair.slice(0, Math.max(cut, 0));
    const url = parseUrl(pair.slice(cut + 1));
    if (!PROVIDER_NAME.test(name) || providers.has(name) || !url) return null;
    providers.set(name, url.origin + url.pathname.replace(/\/+$/, ""));
  }
  return providers;
}
