import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { Members, type Told } from "../../repos/members.ts";
import { addressOf, requireMember, requireScope, tooMany } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const security = [{ device: [] }];

/** Who uses a space: listed, given another role, removed. */
export function memberRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const members = new Members(parts.database, parts.now);
  listRoute(api, parts, members);
  roleRoute(api, parts, members);
  removeRoute(api, parts, members);
  ownerRoute(api, parts, members);
}

function listRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/spaces/{space}/members",
      security,
      middleware: [requireScope(parts, "sync"), requireMember(parts, "read")],
      request: { params: schemas.spacePath },
      responses: {
        200: json(z.object({ members: z.array(schemas.memberSchema) }), "The owner first."),
        ...refusals,
      },
    }),
    async (context) => {
      const all = await members.ofSpace(context.req.valid("param").space);
      const { accountId } = context.get("caller");
      return context.json({ members: all.map((one) => ({ ...one, self: one.id === accountId })) }, 200);
    },
  );
}

function roleRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  api.openapi(
    createRoute({
      method: "patch",
      path: "/spaces/{space}/members/{account}",
      security,
      middleware: [requireScope(parts, "sync"), requireMember(parts, "own")],
      request: {
        params: schemas.accountPath,
        body: json(z.object({ role: schemas.givenRole }), "The new role."),
      },
      responses: { 204: { description: "It has the role." }, ...refusals },
    }),
    async (context) => {
      const { space, account } = context.req.valid("param");
      const changed = await members.setRole(space, account, context.req.valid("json").role);
      if (!changed) return noMember() as never;
      tell(parts, changed);
      return context.body(null, 204);
    },
  );
}

function removeRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  api.openapi(
    createRoute({
      method: "delete",
      path: "/spaces/{space}/members/{account}",
      security,
      middleware: [requireScope(parts, "sync"), requireMember(parts, "read")],
      request: { params: schemas.accountPath },
      responses: { 204: { description: "It can neither read nor change the space." }, ...refusals },
    }),
    async (context) => {
      const { space, account } = context.req.valid("param");
      const { accountId } = context.get("caller");
      if (account !== accountId && context.get("access").role !== "owner")
        return apiError(403, "read_only", "Only the owner of this space may remove others.") as never;
      const removed = await members.remove(space, account);
      if (!removed) return noMember() as never;
      tell(parts, removed);
      return context.body(null, 204);
    },
  );
}

function ownerRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  api.openapi(
    createRoute({
      method: "put",
      path: "/spaces/{space}/owner",
      security,
      middleware: [requireScope(parts, "admin"), requireMember(parts, "own")],
      request: {
        params: schemas.spacePath,
        body: json(z.object({ account: schemas.spaceId }), "A member, who is to be the owner."),
      },
      responses: {
        204: { description: "It is the owner, and the caller may still write." },
        ...refusals,
        409: json(schemas.errorSchema, "The account is to be deleted."),
      },
    }),
    async (context) => {
      const { space } = context.req.valid("param");
      const { accountId: from } = context.get("caller");
      const passed = await members.passOn(space, { from, to: context.req.valid("json").account });
      if (!passed) return noMember() as never;
      if (passed === "leaving")
        return apiError(
          409,
          "leaving",
          "That account is going to be deleted, and what it owns with it. Choose someone else.",
        ) as never;
      tell(parts, passed);
      return context.body(null, 204);
    },
  );
}

/** Invitations: made, listed and revoked by the owner, and used by someone else. */
export function invitationRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const members = new Members(parts.database, parts.now);
  inviteRoute(api, parts, members);
  openInvitationRoutes(api, parts, members);
  takeRoute(api, parts, members);
}

function inviteRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  const middleware = [requireScope(parts, "sync"), requireMember(parts, "own")];

  api.openapi(
    createRoute({
      method: "post",
      path: "/spaces/{space}/invitations",
      security,
      middleware,
      request: {
        params: schemas.spacePath,
        body: json(z.object({ role: schemas.givenRole }), "What whoever uses it may do."),
      },
      responses: {
        201: json(
          z.object({ id: z.string(), handle: z.string(), expiresAt: z.number() }),
          "The id lets one account in, for 7 days. It is told once; the server keeps its hash alone.",
        ),
        ...refusals,
        409: json(schemas.errorSchema, "The space has too many open invitations."),
      },
    }),
    async (context) => {
      const { space } = context.req.valid("param");
      // A home space has one account's settings.
      if (context.get("access").kind !== "conversation")
        return apiError(400, "bad_request", "Only conversations can be shared.") as never;
      const made = await members.invite(space, context.req.valid("json").role);
      if (!made)
        return apiError(409, "no_room", "There are too many open invitations. Revoke some first.") as never;
      return context.json(made, 201);
    },
  );
}

function openInvitationRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  const middleware = [requireScope(parts, "sync"), requireMember(parts, "own")];

  api.openapi(
    createRoute({
      method: "get",
      path: "/spaces/{space}/invitations",
      security,
      middleware,
      request: { params: schemas.spacePath },
      responses: {
        200: json(z.object({ invitations: z.array(schemas.invitationSchema) }), "Those that can be used."),
        ...refusals,
      },
    }),
    async (context) => {
      const { space } = context.req.valid("param");
      return context.json({ invitations: await members.invitations(space) }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/spaces/{space}/invitations/{invitation}",
      security,
      middleware,
      request: { params: schemas.invitationOfSpacePath },
      responses: { 204: { description: "Nobody can use it." }, ...refusals },
    }),
    async (context) => {
      const { space, invitation } = context.req.valid("param");
      if (await members.revoke(space, invitation)) return context.body(null, 204);
      return apiError(404, "not_found", "There is no such invitation. It may have been used.") as never;
    },
  );
}

function takeRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts, members: Members): void {
  api.openapi(
    createRoute({
      method: "post",
      path: "/invitations/{invitation}/take",
      security,
      middleware: requireScope(parts, "sync"),
      request: {
        params: schemas.invitationPath,
        body: json(
          z.object({ key: schemas.sealedKey.optional() }),
          "For an encrypted space what the caller opens it with; the invitation's link brings it along.",
        ),
      },
      responses: {
        200: json(
          z.object({ space: z.string(), role: schemas.role }),
          "The caller's account is a member. Who was one that may do as much leaves the invitation unused.",
        ),
        ...refusals,
        409: json(schemas.errorSchema, "The space is encrypted, and there is no key."),
      },
    }),
    async (context) => {
      const address = addressOf(parts, context);
      const wait = parts.failures.waitOf(address);
      if (wait > 0) return tooMany(wait) as never;
      const { accountId } = context.get("caller");
      const { invitation } = context.req.valid("param");
      const { key = null } = context.req.valid("json");
      const joined = await members.take(invitation, accountId, key);
      if (joined === "no-key")
        return apiError(
          409,
          "key_needed",
          "The conversation is encrypted, and this link has no key. Ask for the whole link.",
        ) as never;
      if (!joined) {
        parts.failures.count(address);
        return apiError(
          404,
          "not_found",
          "This invitation was used or revoked, or is older than 7 days. Ask for another.",
        ) as never;
      }
      tell(parts, joined);
      return context.json({ space: joined.spaceId, role: joined.role }, 200);
    },
  );
}

/** What fellow members see of an account besides its id. */
export function nameRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const members = new Members(parts.database, parts.now);

  api.openapi(
    createRoute({
      method: "get",
      path: "/account/name",
      security,
      middleware: requireScope(parts, "sync"),
      responses: { 200: json(z.object({ name: z.string().nullable() }), "null for none."), ...refusals },
    }),
    async (context) => context.json({ name: await members.nameOf(context.get("caller").accountId) }, 200),
  );

  api.openapi(
    createRoute({
      method: "put",
      path: "/account/name",
      security,
      middleware: requireScope(parts, "admin"),
      request: {
        body: json(z.object({ name: schemas.personName }), "What fellow members see; nothing takes it away."),
      },
      responses: { 204: { description: "Fellow members see it." }, ...refusals },
    }),
    async (context) => {
      await members.setName(context.get("caller").accountId, context.req.valid("json").name || null);
      return context.body(null, 204);
    },
  );
}

function noMember(): Response {
  return apiError(404, "not_found", "There is no such member, or it is the owner, whose role stays.");
}

/** The devices of those whose spaces are others now learn of it at once. */
function tell(parts: SyncParts, { homes }: Told): void {
  for (const { id, headSeq } of homes) parts.notices.changed(id, headSeq);
}
