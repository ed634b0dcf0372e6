import type { Handler } from "hono";
import type { AccountOffer, ServerInfo } from "../../src/domain/server-info.ts";
import type { Config } from "../config.ts";
import type { RequestEnv } from "../request-env.ts";
import { VERSION } from "../version.ts";

/** `GET /v1/info`: what the page needs to know of its server. Says whether a provider has a key, never the key. */
export function serverInfo(config: Config, accounts: AccountOffer): Handler<RequestEnv> {
  const info: ServerInfo = {
    name: "okcvm",
    version: VERSION,
    appOrigin: config.publicUrl.origin,
    sitesHost: config.sitesHost,
    providers: [...config.providers.values()].map(({ name, baseUrl, key }) => ({
      name,
      baseUrl,
      hasKey: key !== null,
    })),
    // The key names the page's owner to the host and is sent in the address of its frame: it is no secret.
    webcontainer: config.webcontainer,
    accounts,
  };
  return (context) => {
    context.env.entry.route = "info";
    return Response.json(info, { headers: { "cache-control": "no-store" } });
  };
}
