import type { Context, Handler } from "hono";
import { apiError } from "../api-error.ts";
import { capBody, type CappedBody } from "../body-stream.ts";
import type { GitLimits } from "../config.ts";
import { parseGitPath, type GitTarget } from "../git-paths.ts";
import type { Resolve } from "../guard/check-target.ts";
import { cameAround, guardedFetch, type GuardedReply } from "../guard/guarded-fetch.ts";
import type { Log } from "../log.ts";
import { countedBy, relayToClient } from "../relay-reply.ts";
import type { RequestEnv } from "../request-env.ts";
import { failureReply } from "../upstream-failures.ts";

const CONNECT_MS = 10_000;
const IDLE_MS = 60_000;
/** The most that is passed on of a refusal's text. */
const MAX_REFUSAL_BYTES = 4096;

export interface GitProxyParts extends GitLimits {
  resolve: Resolve;
  log: Log;
}

/**
 * `/v1/git/<host>/<repository>/…`: passes Git's smart-HTTP requests on, since
 * Git hosts allow no page to call them, and streams both ways. The caller's
 * credentials for the host come as `x-git-authorization`; they, bodies and
 * addresses are passed on and never kept or logged. A host the operator
 * listed may be called by plain http, with `x-git-scheme: http`.
 */
export function gitProxy(parts: GitProxyParts): Handler<RequestEnv> {
  return async (context) => {
    const { entry } = context.env;
    entry.route = "git ?";
    const { headers } = context.req.raw;
    const scheme = headers.get("x-git-scheme") === "http" ? "http:" : "https:";
    const target = parseGitPath(new URL(context.req.url), scheme);
    if (!target) {
      const message =
        "The Git proxy forwards only /v1/git/<host>/<repository>/ and Git's own three requests.";
      return apiError(404, "not_found", message);
    }
    entry.route = `git ${target.service} ${target.step}`;
    if (context.req.method !== target.method) {
      const message = `This path takes ${target.method} requests.`;
      return apiError(405, "method_not_allowed", message, { allow: target.method });
    }
    if (cameAround(headers)) {
      return apiError(508, "loop", "This address leads back to this server.");
    }
    if (Number(headers.get("content-length") ?? 0) > parts.maxBytes) return tooLarge(parts);
    return forward(parts, context, target);
  };
}

async function forward(
  parts: GitProxyParts,
  context: Context<RequestEnv>,
  target: GitTarget,
): Promise<Response> {
  const request = context.req.raw;
  const body = target.method === "POST" && request.body ? capBody(request.body, parts.maxBytes) : null;
  try {
    const upstream = await guardedFetch(
      target.url,
      {
        method: target.method,
        headers: upstreamHeaders(request.headers),
        body: body?.stream ?? null,
        signal: request.signal,
        maxBytes: parts.maxBytes,
        connectMs: CONNECT_MS,
        idleMs: IDLE_MS,
      },
      { schemes: ["https:"], privateHosts: parts.privateHosts, resolve: parts.resolve },
    );
    return await relay(parts, context, { target, upstream });
  } catch (error) {
    return failed(parts, context, { error, body });
  }
}

function upstreamHeaders(from: Headers): Headers {
  const headers = new Headers({ "user-agent": "git/okcvm", "accept-encoding": "identity" });
  for (const name of ["content-type", "content-length", "accept", "git-protocol"]) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  const authorization = from.get("x-git-authorization");
  if (authorization !== null) headers.set("authorization", authorization);
  return headers;
}

async function relay(
  { log }: GitProxyParts,
  context: Context<RequestEnv>,
  { target, upstream }: { target: GitTarget; upstream: GuardedReply },
): Promise<Response> {
  if (upstream.status !== 200) return refusal(upstream);
  const type = `application/x-${target.service}-${target.step === "refs" ? "advertisement" : "result"}`;
  if (upstream.headers.get("content-type")?.split(";")[0]?.trim() !== type) {
    await upstream.body.cancel();
    const message = `${target.url.host} answers at this address, but not as a Git server. Check the repository's address.`;
    return apiError(502, "not_git", message);
  }
  const cut = "the Git host broke its reply off";
  const body = relayToClient(context, upstream.body, { log, cut, ...countedBy(context) });
  const headers = replyHeaders(type);
  // After a redirect the exchange goes on where the first answer came from.
  if (upstream.url.href !== target.url.href) headers.set("x-git-location", upstream.url.href);
  return new Response(body, { headers });
}

/** A reply that says no: its status and the beginning of its words, as plain text whatever it was. */
async function refusal(upstream: GuardedReply): Promise<Response> {
  // Azure DevOps answers a request without credentials with 203 and its sign-in page.
  const status = upstream.status === 203 ? 401 : upstream.status;
  const text = await beginning(upstream.body);
  if (status < 400 || status > 599 || status === 407) {
    return apiError(
      502,
      "not_git",
      `The Git host answered with status ${status}, which is not Git's protocol.`,
    );
  }
  const headers = replyHeaders("text/plain; charset=utf-8");
  const retryAfter = upstream.headers.get("retry-after");
  if (retryAfter !== null) headers.set("retry-after", retryAfter);
  return new Response(text, { status, headers });
}

/** Nothing of a stranger's reply may act on the app's origin, also when a person opens the address. */
function replyHeaders(type: string): Headers {
  return new Headers({
    "content-type": type,
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-git-upstream": "1",
  });
}

async function beginning(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  while (text.length < MAX_REFUSAL_BYTES) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, MAX_REFUSAL_BYTES);
}

function failed(
  parts: GitProxyParts,
  context: Context<RequestEnv>,
  { error, body }: { error: unknown; body: CappedBody | null },
): Response {
  if (body?.exceeded) return tooLarge(parts);
  if (context.req.raw.signal.aborted) {
    // Nobody reads this; it tells the log's line from a host's failure.
    return apiError(499, "client_closed_request", "The client closed the request.");
  }
  return failureReply(error, { log: parts.log, entry: context.env.entry, host: "Git host" });
}

function tooLarge({ maxBytes }: GitProxyParts): Response {
  const message = `The push is over ${maxBytes / 1024 / 1024} MiB, the most this server's Git proxy passes on.`;
  return apiError(413, "payload_too_large", message);
}
