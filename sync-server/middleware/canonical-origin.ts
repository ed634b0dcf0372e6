import type { MiddlewareHandler } from "hono";
import type { RequestEnv } from "../request-env.ts";

/**
 * Sends a browser that opens the app under another name to the public URL, so
 * that it has one origin and with it one store. Programs are served as they ask.
 */
export function canonicalOrigin(publicUrl: URL): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const navigates =
      context.req.header("sec-fetch-mode") === "navigate" &&
      context.req.header("sec-fetch-dest") === "document";
    if (context.env.host.kind !== "alias" || !navigates) return next();
    const { pathname, search } = new URL(context.req.url);
    context.env.entry.route = "alias";
    return new Response(null, {
      status: 307,
      headers: { location: publicUrl.origin + pathname + search, "cache-control": "no-store" },
    });
  };
}
