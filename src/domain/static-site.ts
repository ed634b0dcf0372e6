/** What a request asks of a site. */
export interface SiteRequest {
  method: string;
  /** As it is in the address, percent-encoded. */
  pathname: string;
  /** With its question mark; "" for none. */
  search: string;
  /** Headers; null for none. */
  range: string | null;
  ifRange?: string | null;
  ifNoneMatch?: string | null;
  /** True when a page is opened, not a part of one. */
  navigates: boolean;
}

/** A file of a site. */
export interface StaticFile {
  contentType: string;
  /** Bytes. */
  size: number;
  /** Another for other bytes, in quotes. */
  etag?: string;
}

/** What is answered. `location` is where a folder without its slash leads. */
export interface SiteAnswer<File extends StaticFile> {
  status: number;
  headers: Record<string, string>;
  /** Words, where there is no file. */
  text?: string;
  /** Bytes of a file, from `start` up to and without `end`; none of them for HEAD. */
  part?: { file: File; start: number; end: number };
}

/**
 * Answers as a static web server does: index files, redirects to a folder's
 * slash, ranges, the site's own 404.html, and 200.html for navigations of a
 * single-page site that ships one. `lookup` takes a path without a leading slash.
 */
export async function answerSite<File extends StaticFile>(
  request: SiteRequest,
  lookup: (path: string) => Promise<File | null>,
): Promise<SiteAnswer<File>> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return words(405, "This site is static: it answers GET and HEAD only.", { allow: "GET, HEAD" });
  const path = decodePath(request.pathname);
  if (path === null) return words(400, "The address is not valid.");
  const file = await lookup(path === "" || path.endsWith("/") ? `${path}index.html` : path);
  if (file) return serve(request, file, 200);
  if (path !== "" && !path.endsWith("/") && (await lookup(`${path}/index.html`))) {
    // Relative, so that it leads there wherever the site is: `//x` would be another host.
    const last = request.pathname.slice(request.pathname.lastIndexOf("/") + 1);
    return { status: 301, headers: { location: `./${last}/${request.search}` } };
  }
  const singlePage = request.navigates ? await lookup("200.html") : null;
  if (singlePage) return serve(request, singlePage, 200);
  const own = await lookup("404.html");
  if (own) return serve(request, own, 404);
  return words(404, "There is no such page on this site.");
}

function serve<File extends StaticFile>(request: SiteRequest, file: File, status: number): SiteAnswer<File> {
  const { size, etag } = file;
  const isHead = request.method === "HEAD";
  const base: Record<string, string> = { "content-type": file.contentType, "accept-ranges": "bytes" };
  if (etag !== undefined) base["etag"] = etag;
  if (status === 200 && isKnown(request.ifNoneMatch ?? null, etag)) return { status: 304, headers: base };
  // What was begun of other bytes does not go on with these.
  const isSame = (request.ifRange ?? null) === null || request.ifRange === etag;
  const range = status === 200 && !isHead && isSame ? parseRange(request.range, size) : null;
  if (range === "unsatisfiable")
    return { status: 416, headers: { ...base, "content-range": `bytes */${size}` } };
  const { start, end } = range ?? { start: 0, end: size };
  const headers: Record<string, string> = { ...base, "content-length": String(end - start) };
  if (range) headers["content-range"] = `bytes ${start}-${end - 1}/${size}`;
  const answer = { status: range ? 206 : status, headers };
  return isHead ? answer : { ...answer, part: { file, start, end } };
}

function isKnown(header: string | null, etag: string | undefined): boolean {
  if (header === null || etag === undefined) return false;
  return header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** One byte range; null for none or a form that is answered whole, as RFC 9110 allows. */
function parseRange(
  header: string | null,
  size: number,
): { start: number; end: number } | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  if (match[1] === "") {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? size : Math.min(Number(match[2]) + 1, size);
  if (match[2] !== "" && Number(match[2]) < start) return null;
  return start >= size ? "unsatisfiable" : { start, end };
}

function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname).slice(1);
    return path.includes("\0") ? null : path;
  } catch {
    return null;
  }
}

function words(status: number, text: string, extra: Record<string, string> = {}): SiteAnswer<never> {
  return { status, text, headers: { ...extra, "content-type": "text/plain; charset=utf-8" } };
}
