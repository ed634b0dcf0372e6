import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { causeCode, errorFacts, type Log } from "../../log.ts";
import { relayToClient } from "../../relay-reply.ts";
import type { ServerMetrics } from "../../metrics/server-metrics.ts";
import type { Resolve } from "../../guard/check-target.ts";
import { GuardError } from "../../guard/guard-error.ts";
import { cameAround, guardedFetch } from "../../guard/guarded-fetch.ts";
import type { PrivateHosts } from "../../guard/private-hosts.ts";
import { readTarget } from "../../guard/raw-target.ts";
import { VERSION } from "../../version.ts";
import { RateLimit } from "../../auth/rate-limit.ts";
import { requireScope } from "./guards.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const MAX_REPLY_BYTES = 10 * 1024 * 1024;
const MAX_REQUEST_BYTES = 1024 * 1024;
const CONNECT_MS = 5_000;
/** From the request to the reply's last byte. */
const WHOLE_MS = 20_000;
const PORTS = ["", "80", "443", "8080", "8443"];

/** Headers that are the connection's, the browser's or this server's to say. */
const NOT_SENT =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-length|accept-encoding|cookie2?|origin|referer|via|forwarded|expect|(?:x-forwarded|x-real|proxy|sec)-.*)$/i;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;
/** Headers of the reply that say what the bytes are. */
const TOLD = ["content-type", "content-language", "last-modified", "etag", "retry-after", "link"];

const fetchSchema = z
  .object({
    url: z.string().max(8192),
    method: z.enum(["GET", "HEAD", "POST"]).default("GET"),
    headers: z.record(z.string().regex(HEADER_NAME), z.string().regex(HEADER_VALUE)).default({}),
    body: z.string().max(MAX_REQUEST_BYTES).optional(),
  })
  .refine(({ method, body }) => method === "POST" || !body, {
    path: ["body"],
    message: "Only POST takes a body: leave it out, or send POST.",
  });
type Wanted = z.infer<typeof fetchSchema>;

const failureSchema = z.object({ code: z.string(), message: z.string() }).openapi("FetchFailure");

export interface FetchParts {
  resolve: Resolve;
  privateHosts: PrivateHosts;
  log: Log;
  /** Requests of one account in a minute. */
  perMinute: number;
}

/** Fetches for pages, whose browsers may not: any public address, by the guard, and never as a page of this origin. */
export function fetchRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts, proxy: FetchParts): void {
  const rate = new RateLimit(proxy.perMinute, 60_000, parts.now);
  api.openapi(
    createRoute({
      method: "post",
      path: "/fetch",
      security: [{ device: [] }],
      middleware: requireScope(parts, "proxy"),
      request: { body: json(fetchSchema, "What to fetch.") },
      responses: {
        200: {
          description:
            "The upstream's bytes, decompressed. x-upstream-status and x-upstream-url say how it answered, and from where after redirects.",
          content: { "application/octet-stream": {} },
        },
        ...refusals,
        403: json(failureSchema, "The address is not one this server calls, or the token lacks the scope."),
        502: json(failureSchema, "The upstream failed."),
      },
    }),
    async (context) => {
      context.env.entry.route = "fetch";
      const { accountId } = context.get("caller");
      const full = parts.fetchedBytes.waitOf(accountId);
      const wait = full > 0 ? full : rate.take(accountId);
      if (wait > 0) {
        parts.metrics.fetchRefusals.add({ reason: "rate_limited" });
        const why = full > 0 ? "This account has fetched too much in an hour." : "Too many requests.";
        return failure(429, "rate_limited", `${why} Try again in ${wait} s.`, {
          "retry-after": String(wait),
        }) as never;
      }
      if (cameAround(context.req.raw.headers)) {
        parts.metrics.fetchRefusals.add({ reason: "loop" });
        return failure(403, "loop", "This address leads back to this server.") as never;
      }
      const onBytes = (count: number): void => {
        parts.metrics.fetchBytes.add({}, count);
        parts.fetchedBytes.count(accountId, count);
      };
      const counted = { ...proxy, metrics: parts.metrics, onBytes };
      return (await fetchFor(context, context.req.valid("json"), counted)) as never;
    },
  );
}

interface CountedFetch extends FetchParts {
  metrics: ServerMetrics;
  onBytes(count: number): void;
}

async function fetchFor(context: Context<SyncEnv>, wanted: Wanted, proxy: CountedFetch): Promise<Response> {
  const signal = AbortSignal.any([context.req.raw.signal, AbortSignal.timeout(WHOLE_MS)]);
  try {
    const body =
      wanted.method === "POST" && wanted.body !== undefined ? new Blob([wanted.body]).stream() : null;
    const upstream = await guardedFetch(
      readTarget(wanted.url),
      {
        method: wanted.method,
        headers: sent(wanted),
        body,
        signal,
        maxBytes: MAX_REPLY_BYTES,
        connectMs: CONNECT_MS,
        idleMs: WHOLE_MS,
      },
      {
        schemes: ["http:", "https:"],
        ports: PORTS,
        privateHosts: proxy.privateHosts,
        resolve: proxy.resolve,
      },
    );
    const headers = new Headers({
      "x-upstream-status": String(upstream.status),
      "x-upstream-url": upstream.url.href,
      // Nothing of a stranger's reply may act on the app's origin.
      "content-security-policy": "default-src 'none'; sandbox",
      "content-disposition": "attachment",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    for (const name of TOLD) {
      const value = upstream.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (!headers.has("content-type")) headers.set("content-type", "application/octet-stream");
    return new Response(
      relayToClient(context, upstream.body, {
        log: proxy.log,
        cut: "an upstream broke its reply off",
        onBytes: (count) => proxy.onBytes(count),
      }),
      { headers },
    );
  } catch (error) {
    return failed(context, error, signal, proxy);
  }
}

function sent({ headers: given, body }: Wanted): Headers {
  const headers = new Headers({
    "user-agent": `Mozilla/5.0 (compatible; OKCVM/${VERSION})`,
    accept: "*/*",
  });
  for (const [name, value] of Object.entries(given)) if (!NOT_SENT.test(name)) headers.set(name, value);
  headers.set("accept-encoding", "gzip, deflate, br");
  if (body !== undefined) headers.set("content-length", String(Buffer.byteLength(body, "utf8")));
  return headers;
}

function failed(
  context: Context<SyncEnv>,
  error: unknown,
  signal: AbortSignal,
  { log, metrics }: CountedFetch,
): Response {
  if (context.req.raw.signal.aborted) return failure(502, "aborted", "The client closed the request.");
  const { entry } = context.env;
  if (signal.aborted) {
    metrics.fetchRefusals.add({ reason: "timeout" });
    return failure(502, "timeout", `The reply took longer than ${WHOLE_MS / 1000} s.`);
  }
  if (error instanceof GuardError) {
    metrics.fetchRefusals.add({ reason: error.guard });
    log.warn({ ...entry, code: error.guard }, "a fetch was refused or given up");
    return failure(error.guard === "blocked" ? 403 : 502, error.guard, error.message);
  }
  metrics.fetchRefusals.add({ reason: "unreachable" });
  log.warn({ ...entry, ...errorFacts(error) }, "an upstream could not be reached");
  return failure(
    502,
    "unreachable",
    `The address could not be reached (${causeCode(error) ?? "no answer"}).`,
  );
}

function failure(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  // The first two are what programs read; `error` is the shape of this server's other refusals.
  return Response.json({ code, message, error: { code, message } }, { status, headers });
}
