import { decodePercent } from "./parse.ts";

/** Git's two smart-HTTP services: clone and fetch, and push. */
export type GitService = "git-upload-pack" | "git-receive-pack";

/** A request the Git proxy knows. */
export interface GitTarget {
  /** Where it goes. */
  url: URL;
  service: GitService;
  /** refs: asks what the repository holds. rpc: the exchange itself. */
  step: "refs" | "rpc";
  method: "GET" | "POST";
}

const PATH = /^\/v1\/git\/([^/]+)\/(.+)\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;
const SERVICES = new Map<string, GitService>([
  ["?service=git-upload-pack", "git-upload-pack"],
  ["?service=git-receive-pack", "git-receive-pack"],
]);

/**
 * Reads `/v1/git/<host>/<repository>/…`, the raw pathname and search of a URL.
 * null for anything but Git's three requests, and for a path that a server
 * could read in another way than it is written.
 */
export function parseGitPath(address: URL, scheme: "http:" | "https:"): GitTarget | null {
  const [, host = "", repository = "", end = ""] = PATH.exec(address.pathname) ?? [];
  if (!HOST.test(host) || !repository.split("/").every(isPlainSegment)) return null;
  const service = end === "info/refs" ? SERVICES.get(address.search) : (end as GitService);
  if (service === undefined || (end !== "info/refs" && address.search !== "")) return null;
  const text = `${scheme}//${host}/${repository}/${end}${address.search}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.pathname !== `/${repository}/${end}`) return null;
  const step = end === "info/refs" ? "refs" : "rpc";
  return { url, service, step, method: step === "refs" ? "GET" : "POST" };
}

/** One percent-encoded segment that names one thing on every server: no dots that climb, no second separator or encoding. */
function isPlainSegment(segment: string): boolean {
  const name = decodePercent(segment);
  if (name === null || name === "" || name === "." || name.startsWith("..")) return false;
  return !/[/\\?#\p{Cc}]|%[0-9a-f]{2}/iu.test(name);
}
