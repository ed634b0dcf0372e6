import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { SyncEnv } from "./sync-env.ts";

/** The route's own pattern for the log and the metrics, such as `sync /spaces/:space/push`; nothing of the address. */
export function routeOf(context: Context<SyncEnv>): string {
  const route = matchedRoutes(context).find(({ path }) => !path.includes("*"));
  return route ? `sync ${route.path.replace(/^\/v1(?=\/)/, "")}` : "sync";
}
