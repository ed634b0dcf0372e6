import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { addressOf, requireScope, tooMany } from "./guards.ts";
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
    key: z.string().nullable().openapi({ description: "Its key, under its secret; null for none." }),
  })
  .openapi("Account");

const rotation = z.object({
  authHash: schemas.sha256.openapi({ description: "SHA-256 of the new sign-in key." }),
  revokeOthers: z.boolean().default(true),
  key: schemas.sealedKey.optional().openapi({ description: "The account's key under the new secret." }),
  before: schemas.sealedKey
    .nullable()
    .optional()
    .openapi({ description: "The account's key as the caller knows it; another is not replaced." }),
});
const firstKey = z.object({
  authKey: schemas.authKey.openapi({
    description: "The account's sign-in key: its secret is what the key is under.",
  }),
  key: schemas.sealedKey,
});
const security = [{ device: [] }];

/** The caller's own account: seen, given another secret, deleted and brought back. */
export function ownAccountRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { accounts } = parts;
  const admin = requireScope(parts, "admin");
  rotateRoute(api, parts);
  keyRoute(api, parts);

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
      return context.json({ ...account, key: await parts.sealedKeys.ofAccount(account.id) }, 200);
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

/** Another secret in the place of the one that lets devices in. */
function rotateRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { accounts } = parts;

  api.openapi(
    createRoute({
      method: "post",
      path: "/account/rotate",
      security,
      middleware: requireScope(parts, "admin"),
      request: { body: json(rotation, "The new secret's hash.") },
      responses: {
        204: { description: "The old secret is worthless." },
        ...refusals,
        409: json(schemas.errorSchema, "Another account has it, or the account's key is missing."),
      },
    }),
    async (context) => {
      const { accountId, deviceId } = context.get("caller");
      const { authHash, revokeOthers, before, key: sealedKey = null } = context.req.valid("json");
      const keepDevice = revokeOthers ? deviceId : null;
      const became = await accounts.rotate(accountId, { authHash, sealedKey, before, keepDevice });
      if (became === "exists")
        return apiError(409, "exists", "There is an account with that secret already.") as never;
      if (became === "other-key")
        return apiError(409, "exists", "The account's key was changed meanwhile. Try again.") as never;
      if (became === "no-key")
        return apiError(
          409,
          "key_needed",
          "The account's encrypted conversations would be lost. Unlock this browser first.",
        ) as never;
      if (revokeOthers) parts.authenticator.forgetAll();
      return context.body(null, 204);
    },
  );
}

/** An account's first key. */
function keyRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { accounts } = parts;

  api.openapi(
    createRoute({
      method: "put",
      path: "/account/key",
      security,
      middleware: requireScope(parts, "admin"),
      request: { body: json(firstKey, "The account's first key.") },
      responses: {
        204: { description: "It is the account's key from now on." },
        ...refusals,
        409: json(schemas.errorSchema, "It has one already."),
      },
    }),
    async (context) => {
      const address = addressOf(parts, context);
      const wait = parts.failures.waitOf(address);
      if (wait > 0) return tooMany(wait) as never;
      const { accountId } = context.get("caller");
      const { authKey, key } = context.req.valid("json");
      if ((await accounts.byAuthKey(authKey))?.id !== accountId) {
        parts.failures.count(address);
        return apiError(403, "wrong_secret", "That is not this account's secret.") as never;
      }
      if (!(await parts.sealedKeys.giveAccount(accountId, key)))
        return apiError(409, "exists", "The account has a key already.") as never;
      return context.body(null, 204);
    },
  );
}
