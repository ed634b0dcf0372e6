import { Authenticator } from "../../auth/authenticator.ts";
import { RateLimit } from "../../auth/rate-limit.ts";
import type { Database } from "../../db/database.ts";
import { ServerMetrics } from "../../metrics/server-metrics.ts";
import { Accounts } from "../../repos/accounts.ts";
import { Blobs } from "../../repos/blobs.ts";
import { SealedKeys } from "../../repos/sealed-keys.ts";
import { Spaces } from "../../repos/spaces.ts";
import { Notices } from "../../sync/notices.ts";
import type { SyncLimits, SyncParts } from "./sync-env.ts";

/** Failures an address may have, and in how long, before it gets no answer for the rest of that time. */
const MAX_FAILURES = 20;
const FAILURES_IN_MS = 60_000;

export interface SyncPartsGiven {
  database: Database;
  limits: SyncLimits;
  /** Where published sites are seen; left out, none is published. */
  urlOfSite?: SyncParts["urlOfSite"];
  now?: () => number;
  /** Where it is counted what the routes do; nowhere that is read, when left out. */
  metrics?: ServerMetrics;
}

/** What the routes of accounts, sync and Git share: who is known, who failed, and who listens. */
export function createSyncParts({
  database,
  limits,
  urlOfSite = null,
  now = Date.now,
  metrics = new ServerMetrics(),
}: SyncPartsGiven): SyncParts {
  const accounts = new Accounts(database, now);
  return {
    database,
    accounts,
    spaces: new Spaces(database, now),
    blobs: new Blobs(database, now),
    sealedKeys: new SealedKeys(database),
    authenticator: new Authenticator(accounts, now),
    failures: new RateLimit(MAX_FAILURES, FAILURES_IN_MS, now),
    fetchedBytes: new RateLimit(limits.fetchBytesPerHour, 60 * 60_000, now),
    notices: new Notices(database),
    metrics,
    limits,
    urlOfSite,
    now,
  };
}
