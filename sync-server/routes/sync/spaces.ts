import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import {
  MAX_BODY_BYTES,
  MAX_ITEM_BYTES,
  SEALED_BODY,
  type PushOp,
} from "../../../src/domain/sync-protocol.ts";
import { apiError } from "../../api-error.ts";
import { checkGitOps } from "../../git/check-ops.ts";
import { cursorAfter, pull, readCursor, writeCursor } from "../../sync/pull.ts";
import { PackGoneError, push } from "../../sync/push.ts";
import { requireMember, requireScope } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const security = [{ device: [] }];

/** Spaces: listed and made. */
export function spaceRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const sync = requireScope(parts, "sync");

  api.openapi(
    createRoute({
      method: "get",
      path: "/spaces",
      security,
      middleware: sync,
      request: { query: schemas.spacesQuery },
      responses: {
        200: json(z.object({ spaces: z.array(schemas.spaceSchema) }), "The caller's spaces."),
        ...refusals,
      },
    }),
    async (context) => {
      const { space } = context.req.valid("query");
      const spaces = await parts.spaces.ofAccount(context.get("caller").accountId, space);
      return context.json({ spaces: spaces as z.infer<typeof schemas.spaceSchema>[] }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "put",
      path: "/spaces/{space}",
      security,
      middleware: sync,
      request: {
        params: schemas.spacePath,
        body: json(
          z.object({
            kind: z.literal("conversation"),
            encrypted: z.boolean(),
            key: schemas.sealedKey.optional(),
          }),
          "What it is to be, and for an encrypted one what the caller opens it with.",
        ),
      },
      responses: {
        200: json(
          z.object({ cursor: z.string(), encrypted: z.boolean(), key: z.string().nullable() }),
          "It is there and the caller's, as whoever was first made it. The cursor stands before everything in it.",
        ),
        ...refusals,
      },
    }),
    async (context) => {
      const { space } = context.req.valid("param");
      const { kind, encrypted, key = null } = context.req.valid("json");
      if (encrypted !== (key !== null))
        return apiError(400, "bad_request", "An encrypted space has a key, and no other has one.") as never;
      const about = { kind, encrypted, key };
      const made = await parts.spaces.create(space, context.get("caller").accountId, about);
      if (made === null)
        return apiError(403, "exists", "That id is taken. Choose another at random.") as never;
      if (made.home) parts.notices.changed(made.home.id, made.home.headSeq);
      const cursor = writeCursor({ epoch: made.epoch, seq: 0 });
      return context.json({ cursor, encrypted: made.encrypted, key: made.key }, 200);
    },
  );
}

/** Changes go into a space and come out of it. */
export function exchangeRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  pushRoute(api, parts);
  pullRoute(api, parts);
}

function pushRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const sync = requireScope(parts, "sync");

  api.openapi(
    createRoute({
      method: "post",
      path: "/spaces/{space}/push",
      security,
      middleware: [sync, requireMember(parts, "write")] as const,
      request: {
        params: schemas.spacePath,
        body: json(schemas.pushSchema, "Changes, those that others build on first."),
      },
      responses: {
        200: json(schemas.pushedSchema, "What became of each, in their order."),
        ...refusals,
        413: json(schemas.errorSchema, "It is too much for one push."),
        422: json(schemas.errorSchema, "A branch or a pack leads to what is not here. Nothing was taken."),
      },
    }),
    async (context) => {
      const { space } = context.req.valid("param");
      const { ops, cursor } = context.req.valid("json");
      const sizes = ops.map(({ body }) => (body === null ? 0 : Buffer.byteLength(body, "utf8")));
      if (sizes.some((size) => size > MAX_ITEM_BYTES) || sum(sizes) > MAX_BODY_BYTES)
        return apiError(
          413,
          "payload_too_large",
          "Bodies may have 1 MiB each and 4 MiB in one push.",
        ) as never;
      // A program that forgot to encrypt must not give away what was to stay a secret.
      const open = ops.find(({ body }) => body !== null && !SEALED_BODY.test(body));
      if (context.get("access").encrypted && open)
        return apiError(
          422,
          "not_encrypted",
          `${open.id}: This space is encrypted. Nothing was taken.`,
        ) as never;
      const problem = await checkGitOps(parts, { id: space, ...context.get("access") }, ops as PushOp[]);
      if (problem !== null) return apiError(422, "bad_ref", problem) as never;
      const { deviceId } = context.get("caller");
      const limits = { now: parts.now(), maxBytes: parts.limits.spaceBytes };
      const pushed = await push(
        parts.database,
        { spaceId: space, deviceId, ops: ops.map(({ expect = null, ...op }) => ({ ...op, expect })) },
        limits,
      ).catch(packGone);
      if (pushed instanceof PackGoneError) return apiError(422, "bad_ref", pushed.message) as never;
      if (pushed.results.some(({ status }) => status === "new")) parts.notices.changed(space, pushed.headSeq);
      for (const { status } of pushed.results) parts.metrics.pushedOps.add({ status });
      const { epoch, ...reply } = pushed;
      const next = cursorAfter(cursor, { epoch, headSeq: pushed.headSeq, count: ops.length });
      return context.json(next === null ? reply : { ...reply, cursor: next }, 200);
    },
  );
}

function pullRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const sync = requireScope(parts, "sync");

  api.openapi(
    createRoute({
      method: "get",
      path: "/spaces/{space}/pull",
      security,
      middleware: [sync, requireMember(parts, "read")] as const,
      request: { params: schemas.spacePath, query: schemas.pullQuery },
      responses: {
        200: json(schemas.pulledSchema, "What changed after the cursor, oldest first."),
        ...refusals,
        410: json(
          schemas.errorSchema,
          "The cursor is of before the database was set back: begin without one.",
        ),
      },
    }),
    async (context) => {
      const { space } = context.req.valid("param");
      const { cursor: text, limit } = context.req.valid("query");
      const cursor = text === undefined ? null : readCursor(text);
      if (text !== undefined && cursor === null)
        return apiError(400, "bad_request", "That is no cursor of this server's.") as never;
      const reply = await pull(parts.database, { id: space, ...context.get("access") }, { cursor, limit });
      if (!reply)
        return apiError(
          410,
          "cursor_gone",
          "The database was set back. Pull from the beginning and push what it lacks.",
        ) as never;
      parts.metrics.pulledRows.add({}, reply.count);
      return context.body(reply.text, 200, { "content-type": "application/json" }) as never;
    },
  );
}

function packGone(error: unknown): PackGoneError {
  if (error instanceof PackGoneError) return error;
  throw error;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
