import { serve, type ServerType } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";

import type { Database } from "../../../sync-server/db/database.ts";
import { systemResolve } from "../../../sync-server/guard/check-target.ts";
import { createLog } from "../../../sync-server/log.ts";
import { syncApi } from "../../../sync-server/routes/sync/sync-api.ts";
import type { SyncLimits } from "../../../sync-server/routes/sync/sync-env.ts";

/** The sync API on a port of this machine. */
export interface ListeningSync {
  url: string;
  stop(): Promise<void>;
}

/** Listens with the routes of accounts and sync over a database. */
export async function listenSync(
  database: Database,
  { port = 0, limits = {} }: { port?: number; limits?: Partial<SyncLimits> } = {},
): Promise<ListeningSync> {
  const all: SyncLimits = {
    registration: "open",
    spaceBytes: 1024 * 1024 * 1024,
    fetchesPerMinute: 120,
    proxies: new Set(),
    modelKeys: null,
    identityHeader: null,
    ...limits,
  };
  const proxy = {
    resolve: systemResolve,
    privateHosts: new Set<string>(),
    log: createLog("silent"),
    perMinute: all.fetchesPerMinute,
  };
  const app = new Hono<{ Bindings: { entry: { route: string } } }>();
  app.use(async (context, next) => {
    context.env = { ...context.env, entry: { route: "" } };
    await next();
  });
  app.route("/v1", syncApi({ database, limits: all, proxy }) as never);
  const server = await new Promise<ServerType>((resolve) => {
    const made = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve(made));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
