import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { exportAccount } from "../../sync/export-account.ts";
import { requireScope } from "./guards.ts";
import { refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

/** Everything the server keeps of the account, to take away. */
export function exportRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/account/export",
      security: [{ device: [] }],
      middleware: requireScope(parts, "admin"),
      responses: {
        200: {
          description:
            "One JSON object a line: account, device, modelUsage, space, item, blob, part; the last one is end, without which it was cut off.",
          content: { "application/x-ndjson": {} },
        },
        ...refusals,
      },
    }),
    (context) => {
      const lines = exportAccount(parts.database, context.get("caller").accountId);
      return new Response(textOf(lines), { headers: { "content-type": "application/x-ndjson" } }) as never;
    },
  );
}

function textOf(lines: AsyncGenerator<unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    cancel: async () => {
      await lines.return(undefined);
    },
  });
}
