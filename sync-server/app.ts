import { Hono, type Handler } from "hono";
import { sql } from "kysely";
import type { AccountOffer } from "../src/domain/server-info.ts";
import { apiError } from "./api-error.ts";
import type { Assets } from "./assets.ts";
import { siteUrls, type Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import { systemResolve, type Resolve } from "./guard/check-target.ts";
import { createHosts, type HostMatch } from "./hosts.ts";
import { errorFacts, type Log } from "./log.ts";
import { accountsOnly } from "./middleware/accounts-only.ts";
import { appHeaders } from "./middleware/app-headers.ts";
import { canonicalOrigin } from "./middleware/canonical-origin.ts";
import { ownOrigin } from "./middleware/own-origin.ts";
import { isDatabaseError, meteredDatabase } from "./metrics/metered-database.ts";
import { ServerMetrics } from "./metrics/server-metrics.ts";
import { refusedRequest } from "./refused-request.ts";
import type { RequestEntry, RequestEnv } from "./request-env.ts";
import { requestIdOf, tellRequestId } from "./request-id.ts";
import { KEYS_FOR_EVERYONE, keysForAccounts, type SharedKeys } from "./models/shared-keys.ts";
import { PublishedSites } from "./repos/published-sites.ts";
import { ModelUsage } from "./repos/model-usage.ts";
import { appFiles } from "./routes/app-files.ts";
import { gitProxy } from "./routes/git-proxy.ts";
import { gitRemote } from "./routes/git-remote.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { modelProxy } from "./routes/model-proxy.ts";
import { packageProxy } from "./routes/python-packages.ts";
import { serverInfo } from "./routes/server-info.ts";
import type { PublishedParts } from "./routes/published-site.ts";
import { siteByPath } from "./routes/site-by-path.ts";
import { siteRoutes } from "./routes/site.ts";
import { syncRoutes } from "./routes/sync/sync-api.ts";
import { createSyncParts } from "./routes/sync/sync-parts.ts";
import type { SyncLimits, SyncParts } from "./routes/sync/sync-env.ts";

/** What the app is made of. `fetch` reaches model providers; `resolve` is the system's resolver where left out. */
export interface AppParts {
  config: Config;
  assets: Assets;
  log: Log;
  fetch: typeof globalThis.fetch;
  resolve?: Resolve;
  /** Accounts and sync; null: turned off. */
  sync: { database: Database; limits: SyncLimits } | null;
  /** Fires when the server is to stop: what would go on for ever ends then. */
  stopping?: AbortSignal;
}

type Outer = { Bindings: Partial<RequestEnv["Bindings"]>; Variables: { entry: Required<RequestEntry> } };

/**
 * The whole server as one function of a request. The Host header decides first
 * which of two separate apps answers, so that no route of one can ever be
 * reached on the other.
 */
export function createApp(parts: AppParts): Hono<Outer> {
  const hosts = createHosts(parts.config);
  const metrics = new ServerMetrics();
  const sync =
    parts.sync &&
    createSyncParts({
      ...parts.sync,
      database: meteredDatabase(parts.sync.database, metrics),
      urlOfSite: siteUrls(parts.config),
      metrics,
    });
  parts.stopping?.addEventListener("abort", () => sync?.notices.close(), { once: true });
  const published = sync && { sites: new PublishedSites(sync.database, sync.now), blobs: sync.blobs };
  const page = createPageApp(parts, { metrics, parts: sync, published });
  const { publishing } = parts.config;
  const site = siteRoutes(parts.config, parts.assets, publishing === "host" ? published : null);
  const outer = new Hono<Outer>();
  outer.all("*", async (context) => {
    const started = performance.now();
    const request = context.req.raw;
    const host = hosts.match(context.req.header("host") ?? new URL(request.url).host);
    const id = requestIdOf(request.headers, context.env ?? {}, parts.config.proxies);
    const entry = { request: id, route: "other" };
    context.set("entry", entry);
    const reply = await answer(host, request, { ...context.env, host, entry });
    tellRequestId(reply, id);
    const ms = performance.now() - started;
    const { method } = request;
    metrics.answered({ route: entry.route, method, status: reply.status, seconds: ms / 1000 });
    writeEntry(parts.log, { ...entry, method, status: reply.status, ms: Math.round(ms) });
    return reply;
  });
  outer.onError((error, context) => {
    const entry = context.get("entry");
    parts.log.error({ ...entry, ...errorFacts(error) }, "a request failed");
    const reply = internalError(new URL(context.req.url).pathname);
    tellRequestId(reply, entry.request);
    return reply;
  });
  return outer;

  function answer(host: HostMatch, request: Request, env: RequestEnv["Bindings"]) {
    const path = new URL(request.url).pathname;
    if (host.kind === "unknown" && !isScrape(parts.config, path)) return misdirected(parts.config, path);
    return host.kind === "site" ? site.fetch(request, env) : page.fetch(request, env);
  }
}

/** What several routes share. */
interface Made {
  metrics: ServerMetrics;
  parts: SyncParts | null;
  published: PublishedParts | null;
}

function createPageApp(
  { config, assets, log, fetch, resolve = systemResolve, sync }: AppParts,
  { metrics, parts, published }: Made,
): Hono<RequestEnv> {
  const page = new Hono<RequestEnv>();
  page.use(appHeaders(config, assets.scriptHashes));
  page.use(canonicalOrigin(config.publicUrl));
  page.get("/healthz", (context) => {
    context.env.entry.route = "health";
    return Response.json({ ok: true }, { headers: { "cache-control": "no-store" } });
  });
  page.get("/readyz", ready(sync?.database ?? null, log));
  page.get("/metrics", metricsRoute(config.metrics, metrics));
  page.get("/v1/info", serverInfo(config, accountOffer(sync)));
  const hosts = createHosts(config);
  page.use("/v1/model/*", ownOrigin(hosts, "model"));
  page.all(
    "/v1/model/*",
    modelProxy({ providers: config.providers, fetch, log, metrics, sharedKeys: sharedKeysOf(parts) }),
  );
  const accounts = parts?.limits.proxiesForAccounts ? parts : null;
  page.use("/v1/git/*", ownOrigin(hosts, "Git"), accountsOnly(accounts, "Git"));
  page.all("/v1/git/*", gitProxy({ ...config.git, resolve, log }));
  page.route("/py", packageProxy({ config: config.python, hosts, resolve, log, accounts }));
  if (parts) {
    const { fetchesPerMinute: perMinute } = parts.limits;
    const proxy = { resolve, privateHosts: config.git.privateHosts, log, perMinute };
    page.route("/v1", syncRoutes(parts, proxy));
    page.route("/git", gitRemote({ ...parts, log }));
  }
  if (published && config.publishing === "path") page.all("/sites/*", siteByPath(published));
  page.all("/v1/*", () => apiError(404, "not_found", "There is no such address in this server's API."));
  page.all("/v1", () => apiError(404, "not_found", "There is no such address in this server's API."));
  page.all("*", appFiles(assets));
  page.onError((error, context) => {
    const refused = refusedRequest(error);
    if (refused) return refused;
    if (isDatabaseError(error)) metrics.databaseFailed(error);
    log.error({ ...context.env.entry, ...errorFacts(error) }, "a request failed");
    return internalError(new URL(context.req.url).pathname);
  });
  return page;
}

function accountOffer(sync: AppParts["sync"]): AccountOffer {
  if (!sync) return { registration: "off", login: false };
  const { registration, identityHeader } = sync.limits;
  return { registration, login: identityHeader !== null };
}

/** Who may use the operator's model keys. */
function sharedKeysOf(parts: SyncParts | null): SharedKeys {
  const limits = parts?.limits.modelKeys ?? null;
  if (!parts || limits === null) return KEYS_FOR_EVERYONE;
  const { authenticator, database, now } = parts;
  return keysForAccounts({ authenticator, usage: new ModelUsage(database, now), limits });
}

/** Whether the server can do its work now: a balancer sends it requests as long as it can. */
function ready(database: Database | null, log: Log): Handler<RequestEnv> {
  return async (context) => {
    context.env.entry.route = "ready";
    const headers = { "cache-control": "no-store" };
    try {
      if (database) await sql`SELECT 1`.execute(database.kysely);
      return Response.json({ ok: true }, { headers });
    } catch (error) {
      log.warn({ ...context.env.entry, ...errorFacts(error) }, "the database does not answer");
      return Response.json({ ok: false }, { status: 503, headers });
    }
  };
}

/** A Prometheus reaches each server by a name of its own, and what it must know no page of another name does: the token. */
function isScrape({ metrics }: Config, path: string): boolean {
  return path === "/metrics" && metrics !== null && metrics !== "loopback";
}

/** The refusal that stops DNS rebinding: a page of another name gets nothing of this server, whatever the name points to. */
function misdirected(config: Config, path: string): Response {
  const message =
    `This server does not answer for that host name. Open ${config.publicUrl.origin} instead, ` +
    "or set OKCVM_PUBLIC_URL to the address you want to use.";
  if (isApi(path)) return apiError(421, "misdirected_request", message);
  return new Response(`${message}\n`, { status: 421, headers: plainHeaders });
}

function internalError(path: string): Response {
  const message = "The server failed to answer this request. Its log says where.";
  if (isApi(path)) return apiError(500, "internal", message);
  return new Response(`${message}\n`, { status: 500, headers: plainHeaders });
}

const plainHeaders = {
  "content-type": "text/plain; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

function isApi(path: string): boolean {
  return path === "/v1" || path.startsWith("/v1/") || path.startsWith("/py/");
}

/** One line a request: never its path or query, which a client may have put a secret in. */
function writeEntry(log: Log, entry: RequestEntry & { method: string; status: number; ms: number }): void {
  if (entry.status >= 500) log.warn(entry, "answered");
  else if (/^(?:model|git) /.test(entry.route)) log.info(entry, "answered");
  else log.debug(entry, "answered");
}
