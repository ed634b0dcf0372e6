import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { apiError } from "../../api-error.ts";
import { SCOPES } from "../../auth/scopes.ts";
import { peerAddress } from "../../peer.ts";
import { Identities } from "../../repos/identities.ts";
import { grant } from "./accounts.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

/** What a login calls a person: printable, and no longer than an e-mail address may be. */
const SUBJECT = /^[\x21-\x7e\x80-\xff][\x20-\x7e\x80-\xff]{0,319}$/;

/**
 * Signing in by the operator's own login: a reverse proxy that they name has
 * asked the person who they are and says so in a header. From any other address
 * the header means nothing.
 */
export function identityRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const identities = new Identities(parts.database, parts.accounts, parts.now);
  api.openapi(
    createRoute({
      method: "post",
      path: "/identity/devices",
      request: {
        body: { ...json(z.object({ name: schemas.deviceName }), "The new device."), required: true },
      },
      responses: {
        201: json(schemas.grantedSchema, "The device. The person's account was made if there was none."),
        ...refusals,
      },
    }),
    async (context) => {
      const subject = subjectOf(parts, context);
      if (subject instanceof Response) return subject as never;
      const account = await identities.accountOf(subject);
      const { name } = context.req.valid("json");
      const made = await parts.accounts.addDevice(account.id, { name, scopes: SCOPES });
      return context.json(await grant(parts, account, made), 201);
    },
  );
}

function subjectOf({ limits }: SyncParts, context: Context<SyncEnv>): string | Response {
  const { identityHeader, proxies } = limits;
  if (identityHeader === null)
    return apiError(
      404,
      "turned_off",
      "This server has no login of its own. Sign in with a secret or a link.",
    );
  // Another site's page must not sign its visitor's browser in, nor learn a token.
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin")
    return apiError(403, "foreign_origin", "Only pages of this server may sign in here.");
  const subject = context.req.header(identityHeader);
  if (!proxies.has(peerAddress(context.env)) || subject === undefined || !SUBJECT.test(subject))
    return apiError(
      401,
      "unauthorized",
      "The server's login did not say who you are. Log in there, then try again.",
    );
  return subject;
}
