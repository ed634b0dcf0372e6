import { isIP } from "node:net";
import type { Registration } from "../src/domain/server-info.ts";
import { defaultDatabaseFile } from "./db/default-database.ts";
import type { DatabaseAddress } from "./db/open.ts";
import type { UseLimits } from "./repos/model-usage.ts";
import type { Environment } from "./config-schema.ts";

/** What the environment says of accounts and sync. */
export interface SyncConfig {
  database: DatabaseAddress;
  registration: Registration;
  /** The most one space may take. */
  spaceBytes: number;
  /** Requests of one account that the fetch proxy answers in a minute. */
  fetchesPerMinute: number;
  fetchBytesPerHour: number;
  /** Whether the Git proxy and Python packages are for accounts only. */
  proxiesForAccounts: boolean;
  /** Addresses of the operator's own reverse proxies, whose X-Forwarded-For is believed. */
  proxies: ReadonlySet<string>;
  /** Whether keys that the server holds are for accounts only, and how much of them a day; null: not for accounts in particular. */
  modelKeys: UseLimits | null;
  /** The header in which the operator's reverse proxy says who a person is, in small letters; null for none. */
  identityHeader: string | null;
}

/** Connections of one server to a MySQL-compatible database. */
const CONNECTIONS = 10;

/** null when it is turned off. `isShared`: others than this machine can reach the server. */
export function syncConfig(
  environment: Environment,
  variables: Readonly<Record<string, string | undefined>>,
  isShared: boolean,
): SyncConfig | null {
  const address = environment.OKCVM_DATABASE_URL;
  if (address === "off") return null;
  return {
    database: databaseAt(address) ?? { kind: "sqlite", path: defaultDatabaseFile(variables) },
    // Whoever lets others in says whether they may make accounts.
    registration: environment.OKCVM_REGISTRATION ?? (isShared ? "closed" : "open"),
    spaceBytes: environment.OKCVM_SPACE_MB * 1024 * 1024,
    fetchesPerMinute: environment.OKCVM_FETCHES_PER_MINUTE,
    fetchBytesPerHour: environment.OKCVM_FETCH_MB_PER_HOUR * 1024 * 1024,
    proxiesForAccounts: environment.OKCVM_PROXY_FOR === "accounts",
    proxies: environment.OKCVM_PROXIES ?? new Set(),
    modelKeys:
      environment.OKCVM_ALLOW_SHARED_KEYS === "accounts"
        ? {
            requests: environment.OKCVM_MODEL_REQUESTS_PER_DAY ?? null,
            tokens: environment.OKCVM_MODEL_TOKENS_PER_DAY ?? null,
          }
        : null,
    identityHeader: environment.OKCVM_IDENTITY_HEADER ?? null,
  };
}

/** Addresses separated by commas; null when one is none. */
export function parseAddresses(text: string): ReadonlySet<string> | null {
  const addresses = text.split(",").map((address) => address.trim());
  return addresses.every((address) => isIP(address) !== 0) ? new Set(addresses) : null;
}

function databaseAt(address: URL | undefined): DatabaseAddress | null {
  if (!address) return null;
  if (address.protocol === "sqlite:") return { kind: "sqlite", path: decodeURIComponent(address.pathname) };
  return { kind: "mysql", url: address, connections: CONNECTIONS };
}

/** A database's address as an operator writes it; null for what is none. */
export function parseDatabaseUrl(text: string): URL | "off" | null {
  if (text === "off") return "off";
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "sqlite:" && url.host === "" && url.pathname.startsWith("/") && url.pathname !== "/")
    return url;
  if (url?.protocol === "mysql:" && url.hostname !== "" && /^\/[A-Za-z0-9_$-]+$/.test(url.pathname))
    return url;
  return null;
}
