import type { Database } from "../../../sync-server/db/database.ts";
import { syncApi } from "../../../sync-server/routes/sync/sync-api.ts";
import type { SyncLimits } from "../../../sync-server/routes/sync/sync-env.ts";
import { listenRoutes } from "./listen-routes.ts";
import { fetchParts, syncLimits } from "./sync-limits.ts";

/** The sync API on a port of this machine. */
export interface ListeningSync {
  url: string;
  stop(): Promise<void>;
}

/** Listens with the routes of accounts and sync over a database. */
export async function listenSync(
  database: Database,
  { port = 0, limits: given = {} }: { port?: number; limits?: Partial<SyncLimits> } = {},
): Promise<ListeningSync> {
  const limits = syncLimits(given);
  const urlOfSite = (id: string): string => `http://${id}.sites.test/`;
  const api = syncApi({ database, limits, urlOfSite, proxy: fetchParts(limits) });
  const listening = await listenRoutes("/v1", api, port);
  return { url: `http://127.0.0.1:${listening.port}`, stop: listening.stop };
}
