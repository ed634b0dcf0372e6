/** What a published site may have. */
export const SITE_LIMITS = { files: 2_000, fileBytes: 25 * 1024 * 1024, bytes: 200 * 1024 * 1024 } as const;
/** Versions of a site that are kept; the oldest go that are not shown. */
export const KEPT_VERSIONS = 20;
/** Bytes of a path inside a site, as UTF-8. */
export const MAX_SITE_PATH = 1_024;
/** What is wrong with the path of a site's file, in words; null for nothing. */
export function sitePathProblem(path: string): string | null {
  if (new TextEncoder().encode(path).length > MAX_SITE_PATH) return "It is too long.";
  if (/[\0\\]/.test(path)) return "It has a character that no path has.";
  const names = path.split("/");
  if (names.some((name) => name === "" || name === "." || name === "..")) return "It leads nowhere.";
  return names[0] === BRIDGE_NAME ? "The site's own address uses that name." : null;
}

/** Ids of public sites, and of those that are a browser's own: their hosts are never the same. */
export const PUBLIC_SITE_ID = /^p[0-9a-f]{19}$/;
export const OWN_SITE_ID = /^[0-9a-f]{20}$/;

/** What the bridge of the site's origin is called: a site has no file there. */
export const BRIDGE_NAME = "__okcvm";
