import type { Context } from "hono";
import { apiError } from "../api-error.ts";
import { DEVICE_HEADER } from "../../src/domain/own-server.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Provider } from "../providers.ts";
import type { ModelUsage, UseLimits } from "../repos/model-usage.ts";
import type { TokenCount } from "./usage-reader.ts";

/** Whether a request may use the server's key, and who hears what it took. */
export interface KeyUse {
  /** Called with the tokens that the provider counted. */
  counted(tokens: TokenCount): Promise<void>;
}

/** Who may use keys that the server holds: everyone, or accounts within their limits. */
export interface SharedKeys {
  /** null for a request that brings its own key, or needs none; a Response refuses. */
  use(context: Context, provider: Provider): Promise<KeyUse | Response | null>;
}

/** Everyone who can reach the server, as its operator said. */
export const KEYS_FOR_EVERYONE: SharedKeys = { use: async () => null };

export interface AccountKeyParts {
  authenticator: Authenticator;
  usage: ModelUsage;
  limits: UseLimits;
}

/** Accounts only, each up to its limits of a day. */
export function keysForAccounts({ authenticator, usage, limits }: AccountKeyParts): SharedKeys {
  return {
    async use(context, provider) {
      if (provider.key === null || context.req.header("authorization") !== undefined) return null;
      const caller = await authenticator.callerOf(context.req.header(DEVICE_HEADER) ?? "");
      if (!caller?.scopes.has("proxy")) return noAccount();
      const { accountId } = caller;
      const wait = await usage.take(accountId, provider.name, limits);
      if (wait > 0) return usedUp(limits, wait);
      return { counted: (tokens) => usage.add(accountId, provider.name, tokens) };
    },
  };
}

function noAccount(): Response {
  return apiError(
    401,
    "unauthorized",
    "This server's key for that provider is for its accounts. Sign in under Settings, Account, or enter a key of your own.",
  );
}

function usedUp({ requests, tokens }: UseLimits, wait: number): Response {
  const most = [
    ...(requests === null ? [] : [`${requests.toLocaleString("en")} requests`]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString("en")} tokens`]),
  ].join(" and ");
  return apiError(
    429,
    "used_up",
    `This account has used what it may use of the server's key today (${most}). It begins again at midnight UTC; a key of your own goes on.`,
    { "retry-after": String(wait) },
  );
}
