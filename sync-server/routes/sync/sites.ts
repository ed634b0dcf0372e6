import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { PUBLIC_SITE_ID, SITE_LIMITS, sitePathProblem } from "../../../src/domain/site-limits.ts";
import { apiError } from "../../api-error.ts";
import { PublishedSites, type Site } from "../../repos/published-sites.ts";
import { requireScope } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const security = [{ device: [] }];
const site = z
  .string()
  .regex(PUBLIC_SITE_ID)
  .openapi({ param: { name: "site", in: "path" }, example: `p${"0".repeat(19)}` });
const sitePath = z.object({ site });
const number = z.number().int().positive();
const versionPath = z.object({
  site,
  version: z.coerce
    .number()
    .int()
    .positive()
    .openapi({ param: { name: "version", in: "path" } }),
});
const versionSchema = z.object({
  version: z.number(),
  source: z.string(),
  title: z.string(),
  files: z.number(),
  bytes: z.number(),
  createdAt: z.number(),
});
const siteSchema = z
  .object({
    id: z.string(),
    url: z.string().openapi({ description: "Where anyone sees it." }),
    space: z.string().openapi({ description: "Its files are uploaded as blobs of this space." }),
    subject: z.string(),
    active: z.number().nullable().openapi({ description: "The version that is shown; null for none." }),
    createdAt: z.number(),
    versions: z.array(versionSchema).openapi({ description: "Newest first." }),
  })
  .openapi("Site");
const fileSchema = z.object({
  path: z
    .string()
    .min(1)
    .refine((path) => sitePathProblem(path) === null, "It is no path of a site's file."),
  blob: schemas.sha256.openapi({ description: "The blob that has its bytes." }),
  at: z.number().int().nonnegative().openapi({ description: "Where they begin in it." }),
  size: z.number().int().nonnegative().max(SITE_LIMITS.fileBytes),
  hash: schemas.sha256.openapi({ description: "SHA-256 of the file, which browsers ask for it by." }),
});
/** Any name, of letters that every address takes. */
const label = z.string().regex(/^[A-Za-z0-9._-]{0,64}$/);
const newSite = z.object({
  subject: label.default("").openapi({ description: "What it is of, as the caller calls that." }),
});
const newVersion = z.object({
  source: label.default("").openapi({ description: "What it was made of, as the caller calls that." }),
  title: z.string().trim().max(200).default(""),
  files: z.array(fileSchema).min(1).max(SITE_LIMITS.files),
});

/** Sites that anyone may see: published in versions, and taken back. Their files go up as blobs before. */
export function siteRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { urlOfSite } = parts;
  if (urlOfSite === null) return;
  const sites = new PublishedSites(parts.database, parts.now);
  const view = (one: Site) => ({ ...one, url: urlOfSite(one.id) });
  listRoutes(api, { parts, sites, view });
  versionRoutes(api, { parts, sites });
  shownRoutes(api, { parts, sites });
}

interface SiteParts {
  parts: SyncParts;
  sites: PublishedSites;
  view(site: Site): Site & { url: string };
}

function listRoutes(api: OpenAPIHono<SyncEnv>, { parts, sites, view }: SiteParts): void {
  const middleware = requireScope(parts, "deploy");

  api.openapi(
    createRoute({
      method: "get",
      path: "/sites",
      security,
      middleware,
      responses: { 200: json(z.object({ sites: z.array(siteSchema) }), "Oldest first."), ...refusals },
    }),
    async (context) => {
      const all = await sites.ofAccount(context.get("caller").accountId);
      return context.json({ sites: all.map(view) }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/sites",
      security,
      middleware,
      request: { body: json(newSite, "What it is to be.") },
      responses: {
        201: json(siteSchema, "An address that shows nothing yet."),
        ...refusals,
        409: json(schemas.errorSchema, "The account has too many."),
      },
    }),
    async (context) => {
      const made = await sites.create(context.get("caller").accountId, context.req.valid("json").subject);
      if (!made)
        return apiError(409, "no_room", "The account has too many sites. Delete some first.") as never;
      return context.json(view(made), 201);
    },
  );
}

function versionRoutes(api: OpenAPIHono<SyncEnv>, { parts, sites }: Omit<SiteParts, "view">): void {
  const middleware = requireScope(parts, "deploy");

  api.openapi(
    createRoute({
      method: "post",
      path: "/sites/{site}/versions",
      security,
      middleware,
      request: { params: sitePath, body: json(newVersion, "The files of the version.") },
      responses: {
        201: json(z.object({ version: z.number() }), "It is shown."),
        ...refusals,
        413: json(schemas.errorSchema, "It is more than a site may have."),
        422: json(schemas.errorSchema, "A file's bytes are not here, or two have one path."),
      },
    }),
    async (context) => {
      const { site: id } = context.req.valid("param");
      const space = await sites.spaceOf(id, context.get("caller").accountId);
      if (space === null) return noSite() as never;
      const { title, source, files } = context.req.valid("json");
      if (files.reduce((sum, { size }) => sum + size, 0) > SITE_LIMITS.bytes)
        return apiError(413, "payload_too_large", "A site may have 200 MiB.") as never;
      if (new Set(files.map(({ path }) => path)).size < files.length)
        return apiError(422, "bad_blob", "Two files have one path.") as never;
      const published = await sites.publish({ id, space }, { title, source, files }, parts.limits.spaceBytes);
      if (!published) return noSite() as never;
      if ("missing" in published)
        return apiError(422, "bad_blob", `The bytes of ${published.missing} are not here.`) as never;
      return context.json(published, 201);
    },
  );

  api.openapi(
    createRoute({
      method: "get",
      path: "/sites/{site}/versions/{version}",
      security,
      middleware,
      request: { params: versionPath },
      responses: { 200: json(z.object({ files: z.array(fileSchema) }), "Its files."), ...refusals },
    }),
    async (context) => {
      const { site: id, version } = context.req.valid("param");
      const isOwn = (await sites.spaceOf(id, context.get("caller").accountId)) !== null;
      const files = isOwn ? await sites.filesOf(id, version) : null;
      return files ? context.json({ files }, 200) : (noSite() as never);
    },
  );
}

function shownRoutes(api: OpenAPIHono<SyncEnv>, { parts, sites }: Omit<SiteParts, "view">): void {
  const middleware = requireScope(parts, "deploy");

  api.openapi(
    createRoute({
      method: "put",
      path: "/sites/{site}/active",
      security,
      middleware,
      request: {
        params: sitePath,
        body: json(z.object({ version: number.nullable() }), "What is shown; null shows nothing."),
      },
      responses: { 204: { description: "It is shown from now on." }, ...refusals },
    }),
    async (context) => {
      const { site: id } = context.req.valid("param");
      const { version } = context.req.valid("json");
      const space = await sites.spaceOf(id, context.get("caller").accountId);
      const shown = space !== null && (await sites.activate({ id, space }, version));
      return shown ? context.body(null, 204) : (noSite() as never);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/sites/{site}",
      security,
      middleware,
      request: { params: sitePath },
      responses: { 204: { description: "It is gone, with all its versions." }, ...refusals },
    }),
    async (context) => {
      const { site: id } = context.req.valid("param");
      const space = await sites.spaceOf(id, context.get("caller").accountId);
      if (space === null) return noSite() as never;
      await sites.remove(space);
      return context.body(null, 204);
    },
  );
}

function noSite(): Response {
  return apiError(404, "not_found", "There is no such site or version, or it is not yours.");
}
