import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { AccountInvitations } from "../../repos/account-invitations.ts";
import { requireScope } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const security = [{ device: [] }];

const open = z.object({ handle: z.string(), createdAt: z.number(), expiresAt: z.number() });

/** Invitations to make an account on a server that wants one: made, listed and revoked by who has an account. */
export function accountInvitationRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const invitations = new AccountInvitations(parts.database, parts.now);
  const middleware = requireScope(parts, "admin");
  makeRoute(api, parts, invitations);

  api.openapi(
    createRoute({
      method: "get",
      path: "/account/invitations",
      security,
      middleware,
      responses: {
        200: json(z.object({ invitations: z.array(open) }), "The caller's that can be used."),
        ...refusals,
      },
    }),
    async (context) =>
      context.json({ invitations: await invitations.open(context.get("caller").accountId) }, 200),
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/account/invitations/{invitation}",
      security,
      middleware,
      request: { params: schemas.invitationPath },
      responses: { 204: { description: "Nobody can use it." }, ...refusals },
    }),
    async (context) => {
      const { invitation } = context.req.valid("param");
      if (await invitations.revoke(context.get("caller").accountId, invitation))
        return context.body(null, 204);
      return apiError(404, "not_found", "There is no such invitation. It may have been used.") as never;
    },
  );
}

function makeRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, invitations: AccountInvitations): void {
  api.openapi(
    createRoute({
      method: "post",
      path: "/account/invitations",
      security,
      middleware: requireScope(parts, "admin"),
      responses: {
        201: json(
          z.object({ id: z.string(), handle: z.string(), expiresAt: z.number() }),
          "The id makes one account, within 7 days. It is told once; the server keeps its hash alone.",
        ),
        ...refusals,
        409: json(schemas.errorSchema, "The account has invited too many."),
      },
    }),
    async (context) => {
      if (parts.limits.registration !== "invite-only")
        return apiError(
          403,
          "not_by_invitation",
          "On this server accounts are not made by invitation.",
        ) as never;
      const made = await invitations.make(context.get("caller").accountId);
      if (!made)
        return apiError(
          409,
          "no_room",
          "That is too many invitations in 7 days. Revoke some that are open, or wait.",
        ) as never;
      return context.json(made, 201);
    },
  );
}
