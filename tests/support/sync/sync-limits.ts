import { systemResolve } from "../../../sync-server/guard/check-target.ts";
import { createLog } from "../../../sync-server/log.ts";
import type { FetchParts } from "../../../sync-server/routes/sync/fetch.ts";
import type { SyncLimits } from "../../../sync-server/routes/sync/sync-env.ts";

/** Limits of a server that lets everyone in; `given` are others. */
export function syncLimits(given: Partial<SyncLimits> = {}): SyncLimits {
  return {
    registration: "open",
    spaceBytes: 1024 * 1024 * 1024,
    fetchesPerMinute: 120,
    fetchBytesPerHour: 1024 * 1024 * 1024,
    proxiesForAccounts: false,
    proxies: new Set(),
    modelKeys: null,
    identityHeader: null,
    ...given,
  };
}

/** What the fetch proxy of such a server works with. */
export function fetchParts({ fetchesPerMinute }: SyncLimits): FetchParts {
  return {
    resolve: systemResolve,
    privateHosts: new Set<string>(),
    log: createLog("silent"),
    perMinute: fetchesPerMinute,
  };
}
