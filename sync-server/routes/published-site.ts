import { contentTypeOf } from "../../src/domain/media-types.ts";
import type { PlacedFile } from "../../src/domain/public-site.ts";
import { answerSite } from "../../src/domain/static-site.ts";
import { isNavigation } from "../is-navigation.ts";
import type { Blobs } from "../repos/blobs.ts";
import type { PublishedSites } from "../repos/published-sites.ts";

/** What published sites are served from. */
export interface PublishedParts {
  sites: PublishedSites;
  blobs: Blobs;
}

/** Answers from a published site; null when that label shows none. `pathname` is the one inside the site. */
export async function servePublished(
  { sites, blobs }: PublishedParts,
  label: string,
  { request, pathname }: { request: Request; pathname: string },
): Promise<Response | null> {
  const site = await sites.shown(label);
  if (!site) return null;
  const { method, headers } = request;
  const about = {
    method,
    pathname,
    search: new URL(request.url).search,
    range: headers.get("range"),
    ifRange: headers.get("if-range"),
    ifNoneMatch: headers.get("if-none-match"),
    navigates: isNavigation(request),
  };
  const {
    status,
    part,
    text = null,
    ...answer
  } = await answerSite(about, async (path) => {
    const file = await sites.file(site, path);
    return file && { ...file, contentType: contentTypeOf(path), etag: `"${file.hash}"` };
  });
  const body = part ? bytesOf(blobs, site.space, part) : method === "HEAD" ? null : text;
  return new Response(body, { status, headers: { ...SITE_HEADERS, ...answer.headers } });
}

/** A site is an origin of its own, and one that no other page reaches into. */
const SITE_HEADERS = {
  // It may show pictures and pages from elsewhere, whatever those say of it.
  "cross-origin-embedder-policy": "unsafe-none",
  "cross-origin-opener-policy": "same-origin-allow-popups",
  "cross-origin-resource-policy": "cross-origin",
  "origin-agent-cluster": "?1",
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  // Shown anew at once when another version is; what is the same is not sent again.
  "cache-control": "no-cache",
};

function bytesOf(
  blobs: Blobs,
  space: string,
  { file, start, end }: { file: PlacedFile; start: number; end: number },
): ReadableStream<Uint8Array> {
  return blobs.read({ space, id: file.blob }, file.at + start, file.at + end);
}
