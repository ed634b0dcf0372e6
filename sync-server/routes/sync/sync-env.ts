import type { Registration } from "../../../src/domain/server-info.ts";
import type { Accounts, Caller } from "../../repos/accounts.ts";
import type { Access, Spaces } from "../../repos/spaces.ts";
import type { Authenticator } from "../../auth/authenticator.ts";
import type { RateLimit } from "../../auth/rate-limit.ts";
import type { Database } from "../../db/database.ts";
import type { ServerMetrics } from "../../metrics/server-metrics.ts";
import type { RequestEnv } from "../../request-env.ts";
import type { UseLimits } from "../../repos/model-usage.ts";
import type { SealedKeys } from "../../repos/sealed-keys.ts";
import type { Blobs } from "../../repos/blobs.ts";
import type { Notices } from "../../sync/notices.ts";

/** What the routes of accounts and sync work with. */
export interface SyncParts {
  database: Database;
  accounts: Accounts;
  spaces: Spaces;
  blobs: Blobs;
  sealedKeys: SealedKeys;
  authenticator: Authenticator;
  /** Slows down whoever guesses secrets: failures of each address. */
  failures: RateLimit;
  /** Bytes that were fetched for an account in an hour; the reply that passes the limit is still given whole. */
  fetchedBytes: RateLimit;
  notices: Notices;
  metrics: ServerMetrics;
  limits: SyncLimits;
  /** Where anyone sees a published site, by its id; null where none is published. */
  urlOfSite: ((id: string) => string) | null;
  now: () => number;
}

export interface SyncLimits {
  /** Who may make an account: anyone, who is invited, or the operator alone. */
  registration: Registration;
  /** The most a space may take. */
  spaceBytes: number;
  /** Requests of one account that the fetch proxy answers in a minute. */
  fetchesPerMinute: number;
  /** Bytes that are fetched for one account in an hour. */
  fetchBytesPerHour: number;
  /** Whether the Git proxy and Python packages are for accounts only. */
  proxiesForAccounts: boolean;
  /** Addresses of the operator's own reverse proxies. */
  proxies: ReadonlySet<string>;
  /** What an account may use in a day of keys that the server holds; null where they are not for accounts. */
  modelKeys: UseLimits | null;
  /** The header in which one of `proxies` says who a person is; null where there is no login of the operator's own. */
  identityHeader: string | null;
}

/** The context's type in these routes; `caller` is set behind `requireScope`, `access` behind `requireMember`. */
export interface SyncEnv {
  Bindings: RequestEnv["Bindings"];
  Variables: { caller: Caller; access: Access };
}
