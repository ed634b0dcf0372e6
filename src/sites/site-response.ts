/** A file of a site, as its origin keeps it. */
export interface SiteFile {
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Looks a file up by its path without a leading slash; null when the site has none there. */
export type SiteLookup = (path: string) => Promise<SiteFile | null>;

/**
 * Answers a request to a site as a static web server does: index files,
 * redirects to a folder's slash, ranges, the site's own 404.html, and 200.html
 * for navigations of a single-page site that ships one.
 */
export async function respond(request: Request, lookup: SiteLookup): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain(405, "This site is static: it answers GET and HEAD only.", { allow: "GET, HEAD" });
  }
  const url = new URL(request.url);
  const path = decodePath(url.pathname);
  if (path === null) return plain(400, "The address is not valid.");
  const file = await lookup(path === "" || path.endsWith("/") ? `${path}index.html` : path);
  if (file) return serve(request, file, 200);
  if (path !== "" && !path.endsWith("/") && (await lookup(`${path}/index.html`))) {
    return new Response(null, {
      status: 301,
      headers: { ...headers(), location: `${url.pathname}/${url.search}` },
    });
  }
  return missing(request, lookup);
}

async function missing(request: Request, lookup: SiteLookup): Promise<Response> {
  const singlePage = request.mode === "navigate" ? await lookup("200.html") : null;
  if (singlePage) return serve(request, singlePage, 200);
  const own = await lookup("404.html");
  if (own) return serve(request, own, 404);
  return plain(404, "There is no such page on this site.");
}

function serve(request: Request, file: SiteFile, status: number): Response {
  const size = file.body.byteLength;
  const base = { ...headers(), "content-type": file.contentType, "accept-ranges": "bytes" };
  const range = status === 200 ? parseRange(request.headers.get("range"), size) : null;
  if (range === "unsatisfiable") {
    return new Response(null, { status: 416, headers: { ...base, "content-range": `bytes */${size}` } });
  }
  const head = request.method === "HEAD";
  if (range) {
    const part = file.body.subarray(range.start, range.end + 1);
    return new Response(head ? null : part, {
      status: 206,
      headers: {
        ...base,
        "content-length": String(part.byteLength),
        "content-range": `bytes ${range.start}-${range.end}/${size}`,
      },
    });
  }
  return new Response(head ? null : file.body, {
    status,
    headers: { ...base, "content-length": String(size) },
  });
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
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
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

function plain(status: number, text: string, extra: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { ...headers(), ...extra, "content-type": "text/plain; charset=utf-8" },
  });
}

function headers(): Record<string, string> {
  return {
    // Embedded in the app, which is cross-origin isolated, and isolated itself in a tab of its own.
    "cross-origin-embedder-policy": embedderPolicy(),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "origin-agent-cluster": "?1",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
  };
}

/** `credentialless` lets a site load pictures and scripts from elsewhere; WebKit knows only `require-corp`. */
function embedderPolicy(): string {
  const agent = globalThis.navigator?.userAgent ?? "";
  const isWebKit = agent.includes("AppleWebKit/") && !/Chrome\/|Chromium\//.test(agent);
  return isWebKit ? "require-corp" : "credentialless";
}
