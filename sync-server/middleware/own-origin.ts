import type { MiddlewareHandler } from "hono";
import { apiError } from "../api-error.ts";
import type { Hosts } from "../hosts.ts";
import type { RequestEnv } from "../request-env.ts";

const OWN_SITES = new Set(["same-origin", "none"]);

/**
 * Refuses requests that another site's page makes through a person's browser,
 * published sites and agent frames among them: they could spend a key the
 * server holds. Programs send neither header and pass. `proxy` names what is
 * guarded, in words and in the log.
 */
export function ownOrigin(hosts: Hosts, proxy: "model" | "Git" | "package"): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    const own =
      (origin === undefined || hosts.isOwnOrigin(origin)) && (site === undefined || OWN_SITES.has(site));
    if (own) return next();
    context.env.entry.route = `${proxy.toLowerCase()} refused`;
    return apiError(403, "foreign_origin", `Only pages of this server may use its ${proxy} proxy.`);
  };
}
