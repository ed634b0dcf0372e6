import type { Handler } from "hono";
import type { Assets } from "../assets.ts";
import { decodePercent } from "../parse.ts";
import { isNavigation } from "../is-navigation.ts";
import type { RequestEnv } from "../request-env.ts";
import { serveAsset } from "../serve-asset.ts";

const REVALIDATE = { "cache-control": "no-cache" };
const IMMUTABLE = { "cache-control": "public, max-age=31536000, immutable" };
/** What another site's page may load: the library and the chunks it imports. */
const EMBEDDABLE = { "cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*" };

/** The built app: files by exact name, and the app's page for navigations to the addresses it routes itself. */
export function appFiles(assets: Assets): Handler<RequestEnv> {
  return (context) => {
    const request = context.req.raw;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return text(405, "This address can only be read.", { allow: "GET, HEAD" });
    }
    // Decoded once, so that double encoding stays a name nothing has.
    const path = decodePercent(new URL(request.url).pathname);
    // Every way of asking for "/" is answered, a service worker's fetch and curl's included.
    const asset = path === "/" ? assets.index : path === null ? undefined : assets.app.get(path);
    if (path !== null && asset) {
      context.env.entry.route = `file ${path}`;
      return serveAsset(asset, request, headersFor(path));
    }
    if (path !== null && !hasExtension(path) && isNavigation(request)) {
      context.env.entry.route = "page";
      return serveAsset(assets.index, request, REVALIDATE);
    }
    return text(404, "There is no such file here.");
  };
}

function headersFor(path: string): Record<string, string> {
  if (path.startsWith("/assets/")) return { ...IMMUTABLE, ...EMBEDDABLE };
  return path.startsWith("/lib/") ? { ...REVALIDATE, ...EMBEDDABLE } : REVALIDATE;
}

function hasExtension(path: string): boolean {
  return /\.[^/]*$/.test(path);
}

function text(status: number, message: string, headers: Record<string, string> = {}): Response {
  const all = { ...headers, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(`${message}\n`, { status, headers: all });
}
