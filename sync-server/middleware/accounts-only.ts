import type { MiddlewareHandler } from "hono";
import { DEVICE_HEADER } from "../../src/domain/own-server.ts";
import { apiError } from "../api-error.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { RateLimit } from "../auth/rate-limit.ts";
import type { RequestEnv } from "../request-env.ts";

export interface ProxyAccounts {
  authenticator: Authenticator;
  /** Bytes that were fetched for an account in an hour, by whichever proxy. */
  fetchedBytes: RateLimit;
}

/** Lets through who has an account, as far as it may still fetch this hour; null: everyone. `proxy` names what is guarded, in words. */
export function accountsOnly(
  accounts: ProxyAccounts | null,
  proxy: "Git" | "package",
): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    if (!accounts) return next();
    const caller = await accounts.authenticator.callerOf(context.req.header(DEVICE_HEADER) ?? "");
    if (!caller?.scopes.has("proxy")) {
      context.env.entry.route = `${proxy.toLowerCase()} refused`;
      return apiError(
        401,
        "unauthorized",
        `This server's ${proxy} proxy is for its accounts. Sign in under Settings, Account.`,
      );
    }
    const wait = accounts.fetchedBytes.waitOf(caller.accountId);
    if (wait > 0)
      return apiError(
        429,
        "rate_limited",
        `This account has fetched too much in an hour. Try again in ${wait} s.`,
        {
          "retry-after": String(wait),
        },
      );
    context.set("onBytes", (count) => accounts.fetchedBytes.count(caller.accountId, count));
    return next();
  };
}
