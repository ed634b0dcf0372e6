import { createHash } from "node:crypto";
import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { BLOB_ID, BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import { apiError } from "../../api-error.ts";
import { commitPack, NO_ROOM } from "../../git/commit-pack.ts";
import { Repository } from "../../git/repository.ts";
import type { BlobName } from "../../repos/blobs.ts";
import { requireBlobs } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const security = [{ device: [] }];
const NO_INDEXES = "The server makes the indexes of packs itself.";
const MAX_PARTS = 4_096;

/** Whether a blob is named as Git names packs; every other is named by its SHA-256. */
function isPack(id: string): boolean {
  return id.length === 40;
}

const blobPath = schemas.spacePath.extend({
  blob: z
    .string()
    .regex(BLOB_ID)
    .openapi({ param: { name: "blob", in: "path" }, example: "0".repeat(40) }),
});
const partPath = blobPath.extend({
  part: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_PARTS - 1)
    .openapi({ param: { name: "part", in: "path" } }),
});
const finishSchema = z.object({
  size: z
    .number()
    .int()
    .min(1)
    .max(MAX_PARTS * BLOB_PART_BYTES),
  absent: z
    .array(z.string().regex(/^[0-9a-f]{40}$/))
    .max(1_000)
    .default([])
    .openapi({ description: "For a pack of a shallow clone: commits that came before and are nowhere." }),
});
const stateSchema = z
  .object({ whole: z.boolean(), parts: z.array(z.number()) })
  .openapi("Blob", { description: "Which parts are there, and whether it may be read." });

/** Blobs of a space: uploaded in parts, checked, and read. */
export function blobRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  uploadRoutes(api, parts);
  finishRoute(api, parts);
  readRoute(api, parts);
}

function uploadRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { blobs } = parts;

  api.openapi(
    createRoute({
      method: "get",
      path: "/spaces/{space}/blobs/{blob}/parts",
      security,
      middleware: requireBlobs(parts, "read"),
      request: { params: blobPath },
      responses: {
        200: json(stateSchema, "How far it is; nothing of it for one that is not there."),
        ...refusals,
      },
    }),
    async (context) => {
      const name = nameOf(context.req.valid("param"));
      const state = await blobs.state(name);
      const there = state === null || state.whole ? [] : await blobs.parts(name);
      return context.json({ whole: state?.whole === true, parts: there.map(({ n }) => n) }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "put",
      path: "/spaces/{space}/blobs/{blob}/parts/{part}",
      security,
      middleware: requireBlobs(parts, "write"),
      request: {
        params: partPath,
        body: {
          description: "The part's bytes: 1 MiB, the last one less.",
          content: { "application/octet-stream": {} },
        },
      },
      responses: {
        204: { description: "It is there." },
        ...refusals,
        413: json(schemas.errorSchema, "A part has 1 MiB at most."),
        507: json(schemas.errorSchema, "The space has no room left."),
      },
    }),
    async (context) => {
      const { part, ...path } = context.req.valid("param");
      const bytes = new Uint8Array(await context.req.arrayBuffer());
      if (bytes.length === 0) return apiError(400, "bad_request", "A part has at least one byte.") as never;
      if (bytes.length > BLOB_PART_BYTES)
        return apiError(413, "payload_too_large", "A part has 1 MiB at most.") as never;
      const name = nameOf(path);
      if (name.id.endsWith(".idx")) return apiError(403, "read_only", NO_INDEXES) as never;
      if (context.get("access").encrypted && isPack(name.id))
        return apiError(403, "not_encrypted", "This space is encrypted: a pack of Git is not.") as never;
      if ((await blobs.state(name))?.whole) return context.body(null, 204);
      const fits = await blobs.put(name, part, bytes, parts.limits.spaceBytes);
      return fits ? context.body(null, 204) : (noRoom() as never);
    },
  );
}

function finishRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  api.openapi(
    createRoute({
      method: "post",
      path: "/spaces/{space}/blobs/{blob}/finish",
      security,
      middleware: requireBlobs(parts, "write"),
      request: { params: blobPath, body: json(finishSchema, "How large it is as a whole.") },
      responses: {
        204: { description: "It was checked and may be read." },
        ...refusals,
        422: json(schemas.errorSchema, "It is not what its name says, or not whole. Nothing of it is kept."),
        507: json(schemas.errorSchema, "The space has no room left."),
      },
    }),
    async (context) => {
      const name = nameOf(context.req.valid("param"));
      const { size, absent } = context.req.valid("json");
      const state = await parts.blobs.state(name);
      if (state?.whole) return context.body(null, 204);
      const problem =
        state?.size === size
          ? await check(parts, { ...name, size, absent: new Set(absent) })
          : `${state?.size ?? 0} of ${size} bytes are there.`;
      if (problem === NO_ROOM) return noRoom() as never;
      if (problem === null) return context.body(null, 204);
      // Its parts cannot be mended one by one.
      await parts.blobs.remove(name.space, [name.id]);
      return apiError(422, "bad_blob", problem) as never;
    },
  );
}

function readRoute(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/spaces/{space}/blobs/{blob}",
      security,
      middleware: requireBlobs(parts, "read"),
      request: { params: blobPath },
      responses: {
        200: { description: "Its bytes.", content: { "application/octet-stream": {} } },
        ...refusals,
      },
    }),
    async (context) => {
      const name = nameOf(context.req.valid("param"));
      const state = await parts.blobs.state(name);
      if (!state?.whole) return apiError(404, "not_found", "There is no such blob.") as never;
      return new Response(parts.blobs.read(name, 0, state.size), {
        headers: { "content-type": "application/octet-stream", "content-length": String(state.size) },
      }) as never;
    },
  );
}

function nameOf({ space, blob }: { space: string; blob: string }): BlobName {
  return { space, id: blob };
}

/** Checks an uploaded blob by what its name says of it. Answers what is wrong, or null. */
async function check(
  { database, blobs, limits }: SyncParts,
  blob: BlobName & { size: number; absent: ReadonlySet<string> },
): Promise<string | null> {
  const all = await blobs.parts(blob);
  const even = all.every(({ n, size }, at) => {
    const last = at === all.length - 1;
    return n === at && (last || size === BLOB_PART_BYTES);
  });
  if (!even) return "A part is missing, or one before the last has less than 1 MiB.";
  if (isPack(blob.id)) {
    const repository = new Repository(database, blobs, blob.space);
    try {
      return await commitPack({ blobs, repository, maxBytes: limits.spaceBytes }, blob);
    } catch (error) {
      if (error instanceof OkcvmError) return error.message;
      throw error;
    }
  }
  const hash = createHash("sha256");
  for (const { n } of all) hash.update((await blobs.part(blob, n)) ?? "");
  if (hash.digest("hex") !== blob.id) return "The content's SHA-256 is not its name.";
  await blobs.finish(blob);
  return null;
}

function noRoom(): Response {
  return apiError(507, "no_room", "The space has no room left. Delete conversations, or ask the operator.");
}
