import type { Handler } from "hono";
import { PUBLIC_SITE_ID } from "../../src/domain/site-limits.ts";
import type { RequestEnv } from "../request-env.ts";
import { servePublished, type PublishedParts } from "./published-site.ts";

/**
 * Published sites below a path of the app's own host, for servers without a
 * name for each. The browser gives each page there an origin that nobody has, so
 * it reaches neither the app nor another site, and has no storage.
 */
const POLICY = "sandbox allow-scripts allow-forms allow-modals allow-popups allow-downloads";

export function siteByPath(parts: PublishedParts): Handler<RequestEnv> {
  return async (context) => {
    context.env.entry.route = "published site";
    const url = new URL(context.req.url);
    const [, label = "", pathname] = /^\/sites\/([^/]*)(\/.*)?$/.exec(url.pathname) ?? [];
    if (!mayBeRead(context.req.raw)) return refused();
    if (!PUBLIC_SITE_ID.test(label)) return nothing();
    if (pathname === undefined) {
      const shown = await parts.sites.shown(label);
      return shown ? inFolder(label, url.search) : nothing();
    }
    const reply = await servePublished(parts, label, { request: context.req.raw, pathname });
    if (!reply) return nothing();
    reply.headers.set("content-security-policy", POLICY);
    // Modules and fetch of a page without an origin ask for this.
    reply.headers.set("access-control-allow-origin", "*");
    return reply;
  };
}

/**
 * The app's own pages must never take a script or a worker from here: it would
 * run as the app. Parts of a site's page come from an origin that nobody has,
 * which browsers call another site.
 */
function mayBeRead({ headers }: Request): boolean {
  if (headers.has("service-worker")) return false;
  return headers.get("sec-fetch-site") !== "same-origin" || headers.get("sec-fetch-mode") === "navigate";
}

function inFolder(label: string, search: string): Response {
  return new Response(null, { status: 301, headers: { location: `/sites/${label}/${search}`, ...PLAIN } });
}

function nothing(): Response {
  return new Response("There is no such site here.", { status: 404, headers: PLAIN });
}

function refused(): Response {
  return new Response("Pages of the app take nothing from a published site.", {
    status: 403,
    headers: PLAIN,
  });
}

const PLAIN = {
  "content-type": "text/plain; charset=utf-8",
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
