import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, Handler } from "hono";
import { isLoopback, type MetricsAccess } from "../config.ts";
import { processMetrics } from "../metrics/process-metrics.ts";
import type { ServerMetrics } from "../metrics/server-metrics.ts";
import { isFromHere } from "../peer.ts";
import type { RequestEnv } from "../request-env.ts";

/** What a proxy says of whom it asks for: with one of these a request is not of this machine. */
const PROXIED = ["x-forwarded-for", "x-real-ip", "forwarded", "via"];
const TEXT = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };

/** `GET /metrics`: what the server counts, for the operator's Prometheus. There is no such address where it is turned off. */
export function metricsRoute(access: MetricsAccess | null, metrics: ServerMetrics): Handler<RequestEnv> {
  const ofProcess = access === null ? [] : processMetrics();
  return (context) => {
    context.env.entry.route = "metrics";
    if (access === null || (access === "loopback" && !isLocal(context)))
      return new Response("There is no such page here.\n", { status: 404, headers: TEXT });
    if (access !== "loopback" && !hasToken(context, access.token))
      return new Response("Send the token of OKCVM_METRICS.\n", {
        status: 401,
        headers: { ...TEXT, "www-authenticate": "Bearer" },
      });
    return new Response(metrics.text(ofProcess), { headers: TEXT });
  };
}

/** A proxy on this machine connects from it as well: its requests have the public name or say who asks. */
function isLocal({ env, req }: Context<RequestEnv>): boolean {
  const name = new URL(`http://${req.header("host") ?? new URL(req.url).host}`).hostname;
  return isFromHere(env) && isLoopback(name) && PROXIED.every((header) => req.header(header) === undefined);
}

function hasToken({ req }: Context<RequestEnv>, token: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(req.header("authorization") ?? "")?.[1] ?? "";
  // Digests have one length, which the comparison asks for.
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
