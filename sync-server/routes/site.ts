import { createHash } from "node:crypto";
import { Hono } from "hono";
import { PUBLIC_SITE_ID } from "../../src/domain/site-limits.ts";
import type { Asset, Assets } from "../assets.ts";
import type { Config } from "../config.ts";
import type { RequestEnv } from "../request-env.ts";
import { serveAsset } from "../serve-asset.ts";
import { servePublished, type PublishedParts } from "./published-site.ts";
import { siteMissingPage } from "./site-missing-page.ts";

/**
 * What the server itself answers on a site's origin: the three files by which
 * the app puts a site into this browser, a site that was published, and else a
 * page that says where the site is: its files are served by the origin's service
 * worker, in the browser that made it.
 */
export function siteRoutes(
  config: Config,
  assets: Assets,
  published: PublishedParts | null,
): Hono<RequestEnv> {
  const appOrigin = config.publicUrl.origin;
  const bridge = bridgeFor(assets.site.bridgeHtml, appOrigin);
  const bridgePolicy = `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; frame-ancestors ${appOrigin}`;
  // A worker is bound by the policy it is served with, and this one needs nothing but its own origin.
  const workerPolicy = "default-src 'none'; connect-src 'self'";
  const missing = siteMissingPage(appOrigin);
  const missingPolicy = `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors ${appOrigin}`;

  const site = new Hono<RequestEnv>();
  // A public site has no bridge: through it, a browser's own files would take its place.
  site.use("/__okcvm/*", async (context, next) => {
    if (publicLabel(context.env) === null) return next();
    context.env.entry.route = "site";
    return new Response("There is no such page on this site.", {
      status: 404,
      headers: siteHeaders("default-src 'none'"),
    });
  });
  const file = (name: string, asset: Asset, headers: Record<string, string>) =>
    site.get(`/__okcvm/${name}`, (context) => {
      context.env.entry.route = `site ${name}`;
      return serveAsset(asset, context.req.raw, headers);
    });
  file("bridge.html", bridge, siteHeaders(bridgePolicy));
  file("bridge.js", assets.site.bridgeJs, siteHeaders(bridgePolicy));
  file("worker.js", assets.site.workerJs, { ...siteHeaders(workerPolicy), "service-worker-allowed": "/" });
  site.all("*", async (context) => {
    context.env.entry.route = "site";
    const request = context.req.raw;
    const label = publicLabel(context.env);
    const { pathname } = new URL(request.url);
    const reply = published && label && (await servePublished(published, label, { request, pathname }));
    if (reply) return reply;
    const headers = { ...siteHeaders(missingPolicy), "content-type": "text/html; charset=utf-8" };
    return new Response(context.req.method === "HEAD" ? null : missing, { status: 404, headers });
  });
  return site;
}

/** The id of the public site that a host would be of; null for a browser's own. */
function publicLabel({ host }: RequestEnv["Bindings"]): string | null {
  return host.kind === "site" && PUBLIC_SITE_ID.test(host.label) ? host.label : null;
}

function siteHeaders(policy: string): Record<string, string> {
  return {
    "content-security-policy": policy,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
  };
}

/** The bridge page with the one origin it talks to written in. */
function bridgeFor(html: string, appOrigin: string): Asset {
  const escaped = appOrigin.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const bytes = new TextEncoder().encode(html.replaceAll("__APP_ORIGIN__", () => escaped));
  const etag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
  return { type: "text/html; charset=utf-8", variants: { identity: { bytes, etag } } };
}
