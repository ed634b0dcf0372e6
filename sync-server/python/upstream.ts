import type { Resolve } from "../guard/check-target.ts";
import { guardedFetch, type GuardedReply } from "../guard/guarded-fetch.ts";
import type { PrivateHosts } from "../guard/private-hosts.ts";

/** How the upstreams of the package proxy are called. */
export interface Upstream {
  privateHosts: PrivateHosts;
  resolve: Resolve;
  maxBytes: number;
  connectMs: number;
  idleMs: number;
}

/** An upstream answered, but not with what was asked for. */
export class UpstreamStatus extends Error {
  readonly status: number;
  readonly retryAfter: string | null;

  constructor(reply: Pick<GuardedReply, "status" | "headers">) {
    super(`The upstream answered with status ${reply.status}.`);
    this.name = "UpstreamStatus";
    this.status = reply.status;
    this.retryAfter = reply.headers.get("retry-after");
  }
}

/**
 * GET. Errors: UpstreamStatus for any status but 200 and, where the request
 * was conditional, 304; GuardError; the network's own.
 */
export async function callUpstream(
  url: URL,
  headers: Record<string, string>,
  upstream: Upstream,
): Promise<GuardedReply> {
  const reply = await guardedFetch(
    url,
    {
      method: "GET",
      headers: new Headers({ "user-agent": "okcvm", ...headers }),
      // A download goes on when the page that asked has gone: the next one finds it there.
      signal: new AbortController().signal,
      maxBytes: upstream.maxBytes,
      connectMs: upstream.connectMs,
      idleMs: upstream.idleMs,
    },
    { schemes: ["https:"], privateHosts: upstream.privateHosts, resolve: upstream.resolve },
  );
  if (reply.status === 200 || (reply.status === 304 && "if-none-match" in headers)) return reply;
  await reply.body.cancel();
  throw new UpstreamStatus(reply);
}
