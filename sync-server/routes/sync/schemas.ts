import { z } from "@hono/zod-openapi";
import { CLOCK_STAMP } from "../../../src/domain/clock-stamp.ts";
import {
  ITEM_ID,
  MAX_ITEM_BYTES,
  MAX_PULL_ROWS,
  MAX_PUSH_OPS,
  SEALED_KEY,
  type OpStatus,
} from "../../../src/domain/sync-protocol.ts";
import { SCOPES } from "../../auth/scopes.ts";

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi("Error");

export const scopes = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length);
export const deviceName = z.string().trim().min(1).max(100);

/** A key of 32 bytes, base64url; the one spelling of it that encoding gives. */
export const authKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .refine((text) => Buffer.from(text, "base64url").toString("base64url") === text);
/** A key under one that the server does not have. */
export const sealedKey = z
  .string()
  .regex(SEALED_KEY)
  .openapi({ description: "Under a key that the server does not have, base64url." });
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const spaceId = z.string().regex(/^[0-9a-f]{32}$/);
export const spacePath = z.object({
  space: spaceId.openapi({ param: { name: "space", in: "path" }, example: "0".repeat(32) }),
});

export const accountPath = z.object({
  space: spacePath.shape.space,
  account: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .openapi({ param: { name: "account", in: "path" } }),
});
const invitation = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .openapi({ param: { name: "invitation", in: "path" } });
/** What the link holds. */
export const invitationPath = z.object({ invitation });
/** The public handle of one. */
export const invitationOfSpacePath = z.object({ space: spacePath.shape.space, invitation });

export const role = z.enum(["owner", "editor", "viewer"]);
export const givenRole = z.enum(["editor", "viewer"]);
export const personName = z.string().trim().max(60);

export const memberSchema = z
  .object({
    id: z.string(),
    role,
    name: z.string().nullable().openapi({ description: "What the person calls themself." }),
    since: z.number(),
    self: z.boolean().openapi({ description: "Whether it is the caller." }),
  })
  .openapi("Member");

export const invitationSchema = z
  .object({
    handle: z.string().openapi({ description: "What it is revoked by; it lets nobody in." }),
    role: givenRole,
    createdAt: z.number(),
    expiresAt: z.number(),
  })
  .openapi("Invitation");

export const deviceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes,
    createdAt: z.number(),
    seenAt: z.number(),
    current: z.boolean(),
  })
  .openapi("Device");

export const grantedSchema = z
  .object({
    accountId: z.string(),
    homeSpace: z.string(),
    device: deviceSchema,
    token: z.string().openapi({ description: "Told once; the server keeps its hash alone." }),
    key: z
      .string()
      .nullable()
      .openapi({ description: "The account's key, under its secret; null for none." }),
  })
  .openapi("Granted");

const itemSchema = z.object({
  id: z.string(),
  seq: z.number(),
  class: z.enum(["add", "set", "cas"]),
  stamp: z.string(),
  device: z.string().openapi({
    description:
      "Who wrote it: a device's id, or `server.` and more for what came by Git, each push its own.",
  }),
  body: z.string().nullable(),
});

export const spaceSchema = z
  .object({
    id: z.string(),
    kind: z.enum(["home", "conversation"]),
    role,
    encrypted: z.boolean(),
    key: z.string().nullable().openapi({ description: "What the caller opens an encrypted one with." }),
    epoch: z.number(),
    headSeq: z.number(),
    bytes: z.number(),
    members: z.number().openapi({ description: "Accounts that may use it, the owner's among them." }),
    about: z.array(itemSchema).openapi({ description: "The items that a list of conversations shows." }),
  })
  .openapi("Space");

export const spacesQuery = z.object({
  space: spaceId.optional().openapi({ description: "This one only." }),
});

export const opSchema = z
  .object({
    id: z.string().regex(ITEM_ID),
    class: z.enum(["add", "set", "cas"]),
    stamp: z.string().regex(CLOCK_STAMP),
    // The limit is on bytes; no text of fewer bytes has more characters.
    body: z.string().max(MAX_ITEM_BYTES).nullable(),
    expect: z.number().int().nonnegative().nullable().optional(),
  })
  .openapi("Operation");

const cursor = z.string().max(40);

export const pushSchema = z.object({
  ops: z.array(opSchema).min(1).max(MAX_PUSH_OPS),
  cursor: cursor.optional().openapi({ description: "Where the caller would pull from." }),
});

const STATUSES = ["new", "dup", "stale", "conflict", "gone", "skew", "quota"] as const satisfies OpStatus[];

export const pushedSchema = z
  .object({
    results: z.array(z.object({ id: z.string(), status: z.enum(STATUSES), seq: z.number().optional() })),
    headSeq: z.number(),
    cursor: cursor
      .optional()
      .openapi({ description: "What to pull from next, when nothing lay between the caller's and its own." }),
  })
  .openapi("Pushed");

export const pullQuery = z.object({
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PULL_ROWS).default(500),
});

export const pulledSchema = z
  .object({
    items: z.array(itemSchema),
    cursor: z.string(),
    more: z.boolean(),
  })
  .openapi("Pulled");

/** A JSON body of a request or reply, as OpenAPI writes it. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** Replies that every route behind a token may give. */
export const refusals = {
  400: json(errorSchema, "The request is not understood."),
  401: json(errorSchema, "There is no good token."),
  403: json(errorSchema, "The token or the role does not allow it."),
  404: json(errorSchema, "There is no such thing, or it is not the caller's."),
  429: json(errorSchema, "Too many failed attempts."),
};
