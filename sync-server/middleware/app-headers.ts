import type { MiddlewareHandler } from "hono";
import type { Config } from "../config.ts";
import type { RequestEnv } from "../request-env.ts";

/** Headers every reply of the app's own origin carries, unless a route has set its own. */
export function appHeaders(config: Config, scriptHashes: readonly string[]): MiddlewareHandler<RequestEnv> {
  const headers = Object.entries({
    "content-security-policy": contentSecurityPolicy(config, scriptHashes),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    // cross-origin-isolated is left out on purpose. Left out, the app has it and passes it on with a
    // frame's allow attribute; named here, it is lost to every origin that is not in the list, and the
    // engine frame's opaque origin cannot be listed (measured in Chromium: no SharedArrayBuffer there).
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
  });
  return async (context, next) => {
    await next();
    for (const [name, value] of headers) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  };
}

function frameSources({ publicUrl, sitesHost, webcontainer }: Config): string[] {
  const sources = ["'self'", "blob:", `${publicUrl.protocol}//*.${sitesHost}`];
  if (webcontainer === null) return sources;
  sources.push(webcontainer.origin);
  // Where StackBlitz serves what listens inside a WebContainer.
  if (webcontainer.origin === "https://stackblitz.com") sources.push("https://*.webcontainer-api.io");
  return sources;
}

function contentSecurityPolicy(config: Config, scriptHashes: readonly string[]): string {
  const scripts = ["'self'", "'wasm-unsafe-eval'", ...scriptHashes.map((hash) => `'${hash}'`)];
  return [
    "default-src 'none'",
    `script-src ${scripts.join(" ")}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    // Wide, because a person may enter any model base URL. What keeps agent code
    // from the network is its own frame, whose connect-src is 'none'.
    "connect-src 'self' http: https:",
    "worker-src 'self' blob: data:",
    `frame-src ${frameSources(config).join(" ")}`,
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
}
