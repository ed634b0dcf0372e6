import * as z from "zod/mini";

import { PUBLIC_SITE_ID } from "../domain/site-limits.ts";
import type { PlacedFile, PublicSite } from "../domain/public-site.ts";
import type { ServerApi } from "./server-api.ts";

/** A site with where its files are uploaded to. */
export interface ServerSite extends PublicSite {
  space: string;
}

const web = z.string().check(z.regex(/^https?:\/\//));
const site = z.object({
  id: z.string().check(z.regex(PUBLIC_SITE_ID)),
  url: web,
  space: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  subject: z.string(),
  active: z.nullable(z.number()),
  createdAt: z.number(),
  versions: z.array(
    z.object({
      version: z.number(),
      source: z.string(),
      title: z.string(),
      files: z.number(),
      bytes: z.number(),
      createdAt: z.number(),
    }),
  ),
});
const sites = z.object({ sites: z.array(site) });
const files = z.object({
  files: z.array(
    z.object({ path: z.string(), blob: z.string(), at: z.number(), size: z.number(), hash: z.string() }),
  ),
});
const made = z.object({ version: z.number() });

/** The part of the server's API that is about published sites. */
export class SitesApi {
  readonly #api: ServerApi;

  constructor(api: ServerApi) {
    this.#api = api;
  }

  async all(): Promise<ServerSite[]> {
    return (await this.#api.json(sites, "GET", "/sites")).sites.map(siteOf);
  }

  async create(subject: string): Promise<ServerSite> {
    return siteOf(await this.#api.json(site, "POST", "/sites", { subject }));
  }

  async filesOf(id: string, version: number): Promise<PlacedFile[]> {
    return (await this.#api.json(files, "GET", `/sites/${id}/versions/${version}`)).files;
  }

  /** Answers the version's number. */
  async publish(
    id: string,
    version: { source: string; title: string; files: readonly PlacedFile[] },
  ): Promise<number> {
    return (await this.#api.json(made, "POST", `/sites/${id}/versions`, version)).version;
  }

  async show(id: string, version: number | null): Promise<void> {
    await this.#api.request("PUT", `/sites/${id}/active`, { version });
  }

  async remove(id: string): Promise<void> {
    await this.#api.request("DELETE", `/sites/${id}`);
  }
}

function siteOf({ subject, versions, ...rest }: z.infer<typeof site>): ServerSite {
  return {
    ...rest,
    conversationId: subject,
    versions: versions.map(({ source, ...version }) => ({ ...version, deploymentId: source })),
  };
}
