import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { apiError } from "../../api-error.ts";
import { Authenticator } from "../../auth/authenticator.ts";
import { RateLimit } from "../../auth/rate-limit.ts";
import type { Database } from "../../db/database.ts";
import { Accounts } from "../../repos/accounts.ts";
import { Blobs } from "../../repos/blobs.ts";
import { Spaces } from "../../repos/spaces.ts";
import { ServerMetrics } from "../../metrics/server-metrics.ts";
import { Notices } from "../../sync/notices.ts";
import { VERSION } from "../../version.ts";
import { ownAccountRoutes } from "./account.ts";
import { accountRoutes, deviceRoutes } from "./accounts.ts";
import { blobRoutes } from "./blobs.ts";
import { eventRoutes } from "./events.ts";
import { fetchRoutes, type FetchParts } from "./fetch.ts";
import { invitationRoutes, memberRoutes, nameRoutes } from "./members.ts";
import { usageRoutes } from "./usage.ts";
import { pairRoutes } from "./pairs.ts";
import { exchangeRoutes, spaceRoutes } from "./spaces.ts";
import type { SyncEnv, SyncLimits, SyncParts } from "./sync-env.ts";
import { routeOf } from "./tell-route.ts";

/** Failures an address may have, and in how long, before it gets no answer for the rest of that time. */
const MAX_FAILURES = 20;
const FAILURES_IN_MS = 60_000;
/** JSON of a push of 4 MiB, whose characters may each be written with six. */
const MAX_REQUEST_BYTES = 26 * 1024 * 1024;

export interface SyncApiParts {
  database: Database;
  limits: SyncLimits;
  proxy: FetchParts;
  now?: () => number;
  /** Where it is counted what the routes do; nowhere that is read, when left out. */
  metrics?: ServerMetrics;
}

/** Accounts, devices, spaces and their sync, below `/v1`; its description is at `/v1/openapi.json`. */
export function syncApi({
  database,
  limits,
  proxy,
  now = Date.now,
  metrics = new ServerMetrics(),
}: SyncApiParts): OpenAPIHono<SyncEnv> {
  const accounts = new Accounts(database, now);
  const parts: SyncParts = {
    database,
    accounts,
    spaces: new Spaces(database, now),
    blobs: new Blobs(database, now),
    authenticator: new Authenticator(accounts, now),
    failures: new RateLimit(MAX_FAILURES, FAILURES_IN_MS, now),
    notices: new Notices(database),
    metrics,
    limits,
    now,
  };
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
  api.use(
    bodyLimit({
      maxSize: MAX_REQUEST_BYTES,
      onError: () => apiError(413, "payload_too_large", "The request is too large."),
    }),
  );
  accountRoutes(api, parts);
  ownAccountRoutes(api, parts);
  deviceRoutes(api, parts);
  pairRoutes(api, parts);
  spaceRoutes(api, parts);
  memberRoutes(api, parts);
  invitationRoutes(api, parts);
  nameRoutes(api, parts);
  exchangeRoutes(api, parts);
  blobRoutes(api, parts);
  eventRoutes(api, parts);
  usageRoutes(api, parts);
  fetchRoutes(api, parts, proxy);
  api.openAPIRegistry.registerComponent("securitySchemes", "device", { type: "http", scheme: "bearer" });
  api.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "OKCVM", version: VERSION } });
  return api;
}
