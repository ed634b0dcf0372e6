import type { Context, Handler } from "hono";
import { DEVICE_HEADER } from "../../src/domain/own-server.ts";
import { apiError } from "../api-error.ts";
import { DEVICE_TOKEN } from "../auth/secrets.ts";
import { capBody, type CappedBody } from "../body-stream.ts";
import { causeCode, errorFacts, type Log } from "../log.ts";
import { statusClass, type ServerMetrics } from "../metrics/server-metrics.ts";
import type { KeyUse, SharedKeys } from "../models/shared-keys.ts";
import { UsageReader } from "../models/usage-reader.ts";
import { keysSent, replyHeaders, upstreamHeaders } from "../model-headers.ts";
import { KeyMask } from "../models/key-mask.ts";
import { parseModelPath, type ModelPath } from "../model-paths.ts";
import type { Provider } from "../providers.ts";
import { relayToClient } from "../relay-reply.ts";
import { bearerOf } from "./sync/guards.ts";
import type { RequestEnv } from "../request-env.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface ModelProxyParts {
  providers: ReadonlyMap<string, Provider>;
  fetch: typeof globalThis.fetch;
  log: Log;
  metrics: ServerMetrics;
  /** Who may use keys that the server holds. */
  sharedKeys: SharedKeys;
}

/**
 * `/v1/model/:provider/*`: passes a request on to a provider that browsers
 * cannot call, and streams the answer back. The address is the provider's
 * fixed base URL and a path from a list, so it can reach nothing else. Keys,
 * bodies and queries are passed on and never kept or logged.
 */
export function modelProxy(parts: ModelProxyParts): Handler<RequestEnv> {
  return async (context) => {
    context.env.entry.route = "model ?";
    const url = new URL(context.req.url);
    const target = parseModelPath(url.pathname);
    if (!target) return apiError(404, "not_found", "The model proxy does not forward this path.");
    const provider = parts.providers.get(target.provider);
    if (!provider) {
      const names = [...parts.providers.keys()].join(", ");
      return apiError(
        404,
        "unknown_provider",
        `This server forwards to no provider of that name. It has: ${names}.`,
      );
    }
    context.env.entry.route = `model ${provider.name} ${target.label}`;
    if (context.req.method !== target.method) {
      const message = `This path takes ${target.method} requests.`;
      return apiError(405, "method_not_allowed", message, { allow: target.method });
    }
    if (DEVICE_TOKEN.test(bearerOf(context) ?? "")) return notAKey();
    const length = Number(context.req.header("content-length") ?? 0);
    if (length > MAX_BODY_BYTES) return tooLarge();
    const use = await parts.sharedKeys.use(context, provider);
    if (use instanceof Response) return use;
    return forward(parts, context, { provider, target, search: url.search, use });
  };
}

interface Forwarded {
  provider: Provider;
  target: ModelPath;
  search: string;
  use: KeyUse | null;
}

async function forward(
  parts: ModelProxyParts,
  context: Context<RequestEnv>,
  to: Forwarded,
): Promise<Response> {
  const request = context.req.raw;
  const body = to.target.method === "POST" && request.body ? capBody(request.body, MAX_BODY_BYTES) : null;
  const headers = upstreamHeaders(request.headers, to.provider);
  let upstream: Response;
  try {
    upstream = await parts.fetch(`${to.provider.baseUrl}/${to.target.path}${to.search}`, {
      method: to.target.method,
      headers,
      // fetch's own limits stand: 10 s to connect, 300 s until the reply's headers; its body may take as long as it likes.
      // A key must not travel to an address the operator did not name.
      redirect: "manual",
      signal: request.signal,
      ...(body ? { body: body.stream, duplex: "half" } : {}),
    });
  } catch (error) {
    parts.metrics.modelRequests.add({ provider: to.provider.name, status: "none" });
    return failed(parts.log, context, error, body);
  }
  parts.metrics.modelRequests.add({ provider: to.provider.name, status: statusClass(upstream.status) });
  return relay(parts, context, upstream, { ...to, mask: new KeyMask(keysSent(headers, to.provider)) });
}

function relay(
  { log, metrics }: ModelProxyParts,
  context: Context<RequestEnv>,
  upstream: Response,
  { provider: { name: provider }, use, mask }: Forwarded & { mask: KeyMask },
): Response {
  const { status } = upstream;
  if (upstream.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    // Nothing of this reply is wanted, and an error while dropping it changes nothing.
    upstream.body?.cancel().catch(() => undefined);
    log.warn({ ...context.env.entry, status }, "the provider answered with a redirect");
    return apiError(
      502,
      "upstream_redirect",
      "The provider answered with a redirect, which is not followed because it could lead a key elsewhere. " +
        "Its base URL may have changed.",
    );
  }
  const headers = replyHeaders(upstream.headers, mask);
  if (!upstream.body) return new Response(null, { status, headers });
  const watched = use ? watch(upstream.body, use, log) : upstream.body;
  const masked = mask.isEmpty ? watched : watched.pipeThrough(mask.stream());
  const body = relayToClient(context, masked, {
    log,
    cut: "the provider broke its reply off",
    onBytes: (count) => metrics.modelBytes.add({ provider }, count),
  });
  return new Response(body, { status, headers });
}

/** A reply whose tokens are counted when it has passed; providers say them at its end. */
function watch(body: ReadableStream<Uint8Array>, use: KeyUse, log: Log): ReadableStream<Uint8Array> {
  const usage = new UsageReader();
  const count = (): void => {
    const { tokens } = usage;
    // The reply is the caller's all the same; what could not be counted is told to the operator.
    if (tokens)
      use.counted(tokens).catch((error: unknown) => log.warn(errorFacts(error), "model use was not counted"));
  };
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        usage.see(chunk);
        controller.enqueue(chunk);
      },
      flush: count,
    }),
  );
}

function failed(log: Log, context: Context<RequestEnv>, error: unknown, body: CappedBody | null): Response {
  if (body?.exceeded) return tooLarge();
  if (context.req.raw.signal.aborted) {
    // Nobody reads this; it tells the log's line from a provider's failure.
    return apiError(499, "client_closed_request", "The client closed the request.");
  }
  log.warn({ ...context.env.entry, ...errorFacts(error) }, "the provider could not be reached");
  return apiError(502, "upstream_unreachable", reason(causeCode(error)));
}

function notAKey(): Response {
  return apiError(
    400,
    "bad_request",
    `That is a device's token of this server, which no provider is to get. Send it as ${DEVICE_HEADER}, and a key of the provider's, or none, as Authorization.`,
  );
}

function tooLarge(): Response {
  return apiError(
    413,
    "payload_too_large",
    "The request is over 64 MiB, the most the model proxy passes on.",
  );
}

/** Words for a system's error code. The error's own message is not used: it may quote the request. */
function reason(code: string | null): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "The provider's host name could not be resolved. The server may be offline.";
    case "ECONNREFUSED":
      return "Nothing answers at the provider's address. Check that it is running.";
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return "The provider did not accept a connection in time. Try again later.";
    case "UND_ERR_HEADERS_TIMEOUT":
      return "The provider took the request but did not begin to answer in time.";
    case "UND_ERR_SOCKET":
    case "ECONNRESET":
    case "EPIPE":
      return "The provider closed the connection before it answered. Try again.";
    default:
      return "The provider could not be reached from the server.";
  }
}
