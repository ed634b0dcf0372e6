import type { Context, MiddlewareHandler } from "hono";
import { apiError } from "../../api-error.ts";
import type { Scope } from "../../auth/scopes.ts";
import { peerAddress, plainAddress } from "../../peer.ts";
import type { Caller } from "../../repos/accounts.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

/** Lets through who has a good token with a scope; the rest gets 401, 403 or 429. */
export function requireScope(parts: SyncParts, scope: Scope): MiddlewareHandler<SyncEnv> {
  return async (context, next) => {
    const caller = await callerOf(parts, context);
    if (caller instanceof Response) return caller;
    if (!caller.scopes.has(scope)) return missingScope(scope);
    context.set("caller", caller);
    return next();
  };
}

async function callerOf(parts: SyncParts, context: Context<SyncEnv>): Promise<Caller | Response> {
  const token = bearerOf(context);
  const caller = token === undefined ? null : await parts.authenticator.callerOf(token);
  return caller ?? refuse(parts, addressOf(parts, context), token !== undefined);
}

function missingScope(scope: Scope): Response {
  return apiError(403, "missing_scope", `This device's token does not have the scope ${scope}.`);
}

/** Lets through members of the space in the address; a viewer only where that is enough, and for `own` its owner alone. Who is none is told nothing of the space. */
export function requireMember(parts: SyncParts, may: "read" | "write" | "own"): MiddlewareHandler<SyncEnv> {
  return async (context, next) => {
    const { accountId } = context.get("caller");
    const access = await parts.spaces.accessOf(context.req.param("space") ?? "", accountId);
    if (access === null) return apiError(404, "not_found", "There is no such space, or it is not yours.");
    const { role } = access;
    if (may === "write" && role === "viewer")
      return apiError(403, "read_only", "You may read this space, not change it.");
    if (may === "own" && role !== "owner")
      return apiError(403, "read_only", "Only the owner of this space may do that.");
    context.set("access", access);
    return next();
  };
}

/** Lets through who may upload to the space in the address, or read what was: to a site's with the scope deploy, to another with sync. */
export function requireBlobs(parts: SyncParts, may: "read" | "write"): MiddlewareHandler<SyncEnv> {
  const member = requireMember(parts, may);
  return async (context, next) => {
    const caller = await callerOf(parts, context);
    if (caller instanceof Response) return caller;
    context.set("caller", caller);
    return member(context, async () => {
      const scope: Scope = context.get("access").kind === "site" ? "deploy" : "sync";
      if (caller.scopes.has(scope)) await next();
      else context.res = missingScope(scope);
    });
  };
}

/** The token a request brings; undefined for none. */
export function bearerOf(context: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
}

/** A good token is good from any address; only who has none is slowed down, and without one nobody guesses. */
function refuse({ failures }: SyncParts, address: string, guessed: boolean): Response {
  const wait = guessed ? failures.waitOf(address) : 0;
  if (wait > 0) return tooMany(wait);
  if (guessed) failures.count(address);
  return apiError(401, "unauthorized", "Send a device token: Authorization: Bearer okcvm_…", {
    "www-authenticate": "Bearer",
  });
}

export function tooMany(seconds: number): Response {
  return apiError(429, "too_many_failures", `Too many failed attempts. Try again in ${seconds} s.`, {
    "retry-after": String(seconds),
  });
}

/** The address a request comes from: its connection's, or behind the operator's own proxy what that one says. */
export function addressOf({ limits }: SyncParts, context: Context<SyncEnv>): string {
  const address = peerAddress(context.env);
  if (!limits.proxies.has(address)) return address;
  // Each proxy adds whom it heard from at the end; what stands before that, anyone may have written.
  const last = context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
  return last === undefined || last === "" ? address : plainAddress(last);
}
