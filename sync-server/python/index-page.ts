import { z } from "zod";
import { proxiedPath, type PackageHosts } from "./package-paths.ts";
import { parseJson } from "../parse.ts";

/** What is asked of an index: PEP 691. */
export const INDEX_TYPE = "application/vnd.pypi.simple.v1+json";

const hashes = z.record(z.string(), z.string());
const fileSchema = z.object({
  filename: z.string(),
  url: z.string(),
  hashes,
  "requires-python": z.string().nullish(),
  yanked: z.union([z.boolean(), z.string()]).optional(),
  size: z.number().optional(),
  // PEP 714 renamed the second to the first; indexes send either or both.
  "core-metadata": z.union([z.boolean(), hashes]).optional(),
  "dist-info-metadata": z.union([z.boolean(), hashes]).optional(),
});
const pageSchema = z.object({
  meta: z.object({ "api-version": z.string().regex(/^1\.\d+$/) }),
  name: z.string(),
  files: z.array(fileSchema),
});

/**
 * An index page with its files' addresses turned into ones of this server, and
 * without what no resolver reads. A file that cannot be fetched through this
 * server keeps its name, so that a resolver can say what there is, and gets an
 * empty address. null when the text is no PEP 691 page.
 */
export function rewriteIndexPage(text: string, page: URL, hosts: PackageHosts): string | null {
  const parsed = pageSchema.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { meta, name, files } = parsed.data;
  return JSON.stringify({
    meta: { "api-version": meta["api-version"] },
    name,
    files: files.map((file) => ({ ...file, url: rewritten(file.url, page, hosts) })),
  });
}

function rewritten(url: string, page: URL, hosts: PackageHosts): string {
  if (!URL.canParse(url, page.href)) return "";
  return proxiedPath(new URL(url, page), hosts) ?? "";
}
