import { answerSite } from "../domain/static-site.ts";

/** A file of a site, as its origin keeps it. */
export interface SiteFile {
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Looks a file up by its path without a leading slash; null when the site has none there. */
export type SiteLookup = (path: string) => Promise<SiteFile | null>;

/** Answers a request to a site as a static web server does. */
export async function respond(request: Request, lookup: SiteLookup): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const about = { method: request.method, pathname, search, range: request.headers.get("range") };
  const answer = await answerSite({ ...about, navigates: request.mode === "navigate" }, async (path) => {
    const file = await lookup(path);
    return file && { ...file, size: file.body.byteLength };
  });
  const { part, text = null } = answer;
  return new Response(part ? part.file.body.subarray(part.start, part.end) : text, {
    status: answer.status,
    headers: { ...headers(), ...answer.headers },
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
