import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { apiError } from "../../api-error.ts";
import { VERSION } from "../../version.ts";
import { ownAccountRoutes } from "./account.ts";
import { accountInvitationRoutes } from "./account-invitations.ts";
import { accountRoutes, deviceRoutes } from "./accounts.ts";
import { blobRoutes } from "./blobs.ts";
import { eventRoutes } from "./events.ts";
import { fetchRoutes, type FetchParts } from "./fetch.ts";
import { invitationRoutes, memberRoutes, nameRoutes } from "./members.ts";
import { exportRoutes } from "./export.ts";
import { identityRoutes } from "./identity.ts";
import { siteRoutes } from "./sites.ts";
import { usageRoutes } from "./usage.ts";
import { pairRoutes } from "./pairs.ts";
import { exchangeRoutes, spaceRoutes } from "./spaces.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";
import { createSyncParts, type SyncPartsGiven } from "./sync-parts.ts";
import { routeOf } from "./tell-route.ts";

/** JSON of a push of 4 MiB, whose characters may each be written with six. */
const MAX_REQUEST_BYTES = 26 * 1024 * 1024;

export interface SyncApiParts extends SyncPartsGiven {
  proxy: FetchParts;
}

/** Accounts, devices, spaces and their sync, below `/v1`; its description is at `/v1/openapi.json`. */
export function syncApi({ proxy, ...given }: SyncApiParts): OpenAPIHono<SyncEnv> {
  return syncRoutes(createSyncParts(given), proxy);
}

/** The same over parts that other routes work with too. */
export function syncRoutes(parts: SyncParts, proxy: FetchParts): OpenAPIHono<SyncEnv> {
  const api = new OpenAPIHono<SyncEnv>({
    defaultHook(result) {
      if (result.success) return undefined;
      const [issue] = result.error.issues;
      const where = issue?.path.join(".");
      return apiError(
        400,
        "bad_request",
        `${where ? `${where}: ` : ""}${issue?.message ?? "The request is not understood."}`,
      );
    },
  });
  api.use(async (context, next) => {
    context.env.entry.route = routeOf(context);
    await next();
    if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
  });
  const limited = bodyLimit({
    maxSize: MAX_REQUEST_BYTES,
    onError: () => apiError(413, "payload_too_large", "The request is too large."),
  });
  // To look for a body makes a Request of the whole call, which takes a twentieth of a pull.
  api.use((context, next) => (context.req.method === "GET" ? next() : limited(context, next)));
  accountRoutes(api, parts);
  ownAccountRoutes(api, parts);
  accountInvitationRoutes(api, parts);
  deviceRoutes(api, parts);
  pairRoutes(api, parts);
  spaceRoutes(api, parts);
  memberRoutes(api, parts);
  invitationRoutes(api, parts);
  nameRoutes(api, parts);
  exchangeRoutes(api, parts);
  blobRoutes(api, parts);
  siteRoutes(api, parts);
  eventRoutes(api, parts);
  usageRoutes(api, parts);
  identityRoutes(api, parts);
  exportRoutes(api, parts);
  fetchRoutes(api, parts, proxy);
  api.openAPIRegistry.registerComponent("securitySchemes", "device", { type: "http", scheme: "bearer" });
  api.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "OKCVM", version: VERSION } });
  return api;
}
