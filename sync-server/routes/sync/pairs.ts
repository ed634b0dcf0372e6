import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { SCOPES } from "../../auth/scopes.ts";
import { Letters } from "../../repos/letters.ts";
import { grant } from "./accounts.ts";
import { addressOf, requireScope, tooMany } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const MAX_BOX = 4_096;
const left = z.object({ id: z.string(), expiresAt: z.number() }).openapi("PairingLetter");
const letterPath = z.object({
  pair: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .openapi({ param: { name: "pair", in: "path" } }),
});

/** A letter from a device that has the account to one that is to have it: left, and read once. */
export function pairRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const letters = new Letters(parts.database, parts.now);

  api.openapi(
    createRoute({
      method: "post",
      path: "/pairs",
      security: [{ device: [] }],
      middleware: requireScope(parts, "admin"),
      request: {
        body: json(
          z.object({ box: z.string().min(1).max(MAX_BOX).optional() }),
          "What the other device is to know besides, encrypted under a key that goes another way.",
        ),
      },
      responses: { 201: json(left, "What the other device signs in with, for 5 minutes."), ...refusals },
    }),
    async (context) => {
      const { box = null } = context.req.valid("json");
      return context.json(await letters.leave({ accountId: context.get("caller").accountId, box }), 201);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/pairs/{pair}/take",
      request: { params: letterPath, body: json(z.object({ name: schemas.deviceName }), "The new device.") },
      responses: {
        201: json(
          schemas.grantedSchema.extend({ box: z.string().nullable() }),
          "The new device, and the letter, which is gone now.",
        ),
        ...refusals,
      },
    }),
    async (context) => {
      const address = addressOf(parts, context);
      const wait = parts.failures.waitOf(address);
      if (wait > 0) return tooMany(wait) as never;
      const letter = await letters.take(context.req.valid("param").pair);
      const account = letter && (await parts.accounts.byId(letter.accountId));
      if (!letter || !account) {
        parts.failures.count(address);
        return apiError(
          404,
          "not_found",
          "This link was used, or is older than 5 minutes. Make another.",
        ) as never;
      }
      const { name } = context.req.valid("json");
      const made = await parts.accounts.addDevice(account.id, { name, scopes: SCOPES });
      return context.json({ ...(await grant(parts, account, made)), box: letter.box }, 201);
    },
  );
}
