import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { Pairs } from "../../repos/pairs.ts";
import { addressOf, requireScope, tooMany } from "./guards.ts";
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
  const pairs = new Pairs(parts.database, parts.now);

  api.openapi(
    createRoute({
      method: "post",
      path: "/pairs",
      security: [{ device: [] }],
      middleware: requireScope(parts, "admin"),
      request: {
        body: json(
          z.object({ box: z.string().min(1).max(MAX_BOX) }),
          "The secret, encrypted under a key that goes another way.",
        ),
      },
      responses: { 201: json(left, "Where the other device finds it, for 5 minutes."), ...refusals },
    }),
    async (context) => context.json(await pairs.leave(context.req.valid("json").box), 201),
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/pairs/{pair}/take",
      request: { params: letterPath },
      responses: { 200: json(z.object({ box: z.string() }), "The letter, which is gone now."), ...refusals },
    }),
    async (context) => {
      const address = addressOf(parts, context);
      const wait = parts.failures.waitOf(address);
      if (wait > 0) return tooMany(wait) as never;
      const box = await pairs.take(context.req.valid("param").pair);
      if (box === null) {
        parts.failures.count(address);
        return apiError(
          404,
          "not_found",
          "This link was used, or is older than 5 minutes. Make another.",
        ) as never;
      }
      return context.json({ box }, 200);
    },
  );
}
