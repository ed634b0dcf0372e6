import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { ModelUsage } from "../../repos/model-usage.ts";
import { requireScope } from "./guards.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const limit = z.number().nullable();
const usageSchema = z
  .object({
    offered: z.boolean().openapi({ description: "Whether the server lets accounts use keys of its own." }),
    requestsPerDay: limit,
    tokensPerDay: limit,
    days: z.array(
      z.object({
        day: z.number().openapi({ description: "Its beginning, UTC." }),
        provider: z.string(),
        requests: z.number(),
        inputTokens: z.number(),
        outputTokens: z.number(),
      }),
    ),
  })
  .openapi("ModelUsage");

/** What the account used of model keys that the server holds. */
export function usageRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const usage = new ModelUsage(parts.database, parts.now);
  api.openapi(
    createRoute({
      method: "get",
      path: "/account/usage",
      security: [{ device: [] }],
      middleware: requireScope(parts, "sync"),
      responses: { 200: json(usageSchema, "Newest day first, three months back."), ...refusals },
    }),
    async (context) => {
      const { modelKeys } = parts.limits;
      const days = await usage.ofAccount(context.get("caller").accountId);
      const limits = {
        requestsPerDay: modelKeys?.requests ?? null,
        tokensPerDay: modelKeys?.tokens ?? null,
      };
      return context.json({ offered: modelKeys !== null, ...limits, days }, 200);
    },
  );
}
