import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { requireScope } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

/** How long a deleted account can be brought back. Milliseconds. */
const GRACE_MS = 7 * 24 * 60 * 60_000;

const accountSchema = z
  .object({
    id: z.string(),
    homeSpace: z.string(),
    createdAt: z.number(),
    deleteAt: z.number().nullable().openapi({ description: "When it will be gone; null while it stays." }),
  })
  .openapi("Account");

const rotation = z.object({
  authHash: schemas.sha256.openapi({ description: "SHA-256 of the new sign-in key." }),
  revokeOthers: z.boolean().default(true),
});
const security = [{ device: [] }];

/** The caller's own account: seen, given another secret, deleted and brought back. */
export function ownAccountRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { accounts } = parts;
  const admin = requireScope(parts, "admin");

  api.openapi(
    createRoute({
      method: "get",
      path: "/account",
      security,
      middleware: requireScope(parts, "sync"),
      responses: { 200: json(accountSchema, "The caller's account."), ...refusals },
    }),
    async (context) => {
      const account = await accounts.byId(context.get("caller").accountId);
      if (!account) return apiError(404, "not_found", "The account is gone.") as never;
      return context.json(account, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/account/rotate",
      security,
      middleware: admin,
      request: { body: json(rotation, "The new secret's hash.") },
      responses: {
        204: { description: "The old secret is worthless." },
        ...refusals,
        409: json(schemas.errorSchema, "Another account has it."),
      },
    }),
    async (context) => {
      const { accountId, deviceId } = context.get("caller");
      const { authHash, revokeOthers } = context.req.valid("json");
      if (!(await accounts.rotate(accountId, authHash, revokeOthers ? deviceId : null)))
        return apiError(409, "exists", "There is an account with that secret already.") as never;
      if (revokeOthers) parts.authenticator.forgetAll();
      return context.body(null, 204);
    },
  );

  for (const [method, path, after, description] of [
    ["delete", "/account", GRACE_MS, "It will be gone in 7 days."],
    ["post", "/account/restore", null, "It stays."],
  ] as const)
    api.openapi(
      createRoute({
        method,
        path,
        security,
        middleware: admin,
        responses: { 204: { description }, ...refusals },
      }),
      async (context) => {
        await accounts.setDeletion(
          context.get("caller").accountId,
          after === null ? null : parts.now() + after,
        );
        return context.body(null, 204);
      },
    );
}
