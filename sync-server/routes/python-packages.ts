import { Hono, type Context } from "hono";
import { apiError } from "../api-error.ts";
import type { Resolve } from "../guard/check-target.ts";
import { cameAround } from "../guard/guarded-fetch.ts";
import type { Hosts } from "../hosts.ts";
import type { Log } from "../log.ts";
import { accountsOnly, type ProxyAccounts } from "../middleware/accounts-only.ts";
import { ownOrigin } from "../middleware/own-origin.ts";
import { DiskCache } from "../python/disk-cache.ts";
import { INDEX_TYPE } from "../python/index-page.ts";
import { IndexPages } from "../python/index-pages.ts";
import { packageFailure } from "../python/package-failures.ts";
import { PackageFiles } from "../python/package-files.ts";
import { indexPage, pyodideFile, wheelFile } from "../python/package-paths.ts";
import type { PythonPackages } from "../python/packages-config.ts";
import { countedBy, relayToClient } from "../relay-reply.ts";
import type { RequestEnv } from "../request-env.ts";
import { decodePercent } from "../parse.ts";

const CONNECT_MS = 10_000;
const IDLE_MS = 60_000;
/** The largest pages of PyPI have some 10 MB. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const KEPT_FOR_EVER = "public, max-age=31536000, immutable";
/** Pyodide's archives have no version of their build in their names. */
const KEPT_FOR_A_DAY = "public, max-age=86400";

export interface PackageProxyParts {
  /** null: turned off. */
  config: PythonPackages | null;
  hosts: Hosts;
  resolve: Resolve;
  log: Log;
  /** Whose packages it fetches; null or left out: everyone's. */
  accounts?: ProxyAccounts | null;
  /** Milliseconds. */
  timeouts?: { connectMs: number; idleMs: number };
}

type Answer = (context: Context<RequestEnv>, rest: string) => Promise<Response>;

/**
 * `/py/pkgs/<file>`: Pyodide's builds. `/py/simple/<name>/`: what the package
 * index says of a package, as PEP 691 JSON whose files are at `/py/files/…`.
 * All of it is fetched once and kept on the server's disk.
 */
export function packageProxy(parts: PackageProxyParts): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const answers = parts.config ? makeAnswers(parts, parts.config) : null;
  for (const name of ["pkgs", "simple", "files"] as const) {
    app.use(`/${name}/*`, ownOrigin(parts.hosts, "package"), accountsOnly(parts.accounts ?? null, "package"));
    app.all(`/${name}/*`, async (context) => {
      context.env.entry.route = `package ${name}`;
      const problem = refusal(context, answers !== null);
      if (problem || !answers) return problem ?? off();
      const rest = decodePercent(new URL(context.req.url).pathname.slice(`/py/${name}/`.length));
      return rest === null ? notFound() : answers[name](context, rest);
    });
  }
  return app;
}

function makeAnswers(parts: PackageProxyParts, config: PythonPackages): Answers {
  const { log, resolve } = parts;
  const { hosts, maxBytes, privateHosts } = config;
  const cache = new DiskCache(config.cacheFolder, config.cacheBytes);
  const timeouts = parts.timeouts ?? { connectMs: CONNECT_MS, idleMs: IDLE_MS };
  const upstream = { privateHosts, resolve, maxBytes, ...timeouts };
  const files = new PackageFiles({ cache, upstream, log });
  const pageBytes = Math.min(maxBytes, MAX_PAGE_BYTES);
  const pages = new IndexPages({ cache, upstream: { ...upstream, maxBytes: pageBytes }, hosts, log });
  const failed =
    (context: Context<RequestEnv>, subject: string, limit = maxBytes) =>
    (error: unknown) =>
      packageFailure(error, { log, entry: context.env.entry, subject, maxBytes: limit });

  const file = async (context: Context<RequestEnv>, url: URL) => {
    const name = url.pathname.split("/").at(-1) ?? "";
    const { size, body } = await files.open(url, again(context));
    return fileReply(context, { name, size, body }, log);
  };
  return {
    async pkgs(context, rest) {
      const url = pyodideFile(rest, hosts);
      return url ? file(context, url).catch(failed(context, rest)) : notFound();
    },
    async files(context, rest) {
      const url = wheelFile(rest, hosts);
      if (url === null) return notFound();
      if (url === "other-host") return otherHost(rest.split("/")[0] ?? "");
      return file(context, url).catch(failed(context, rest.split("/").at(-1) ?? ""));
    },
    async simple(context, rest) {
      const name = rest.replace(/\/$/, "");
      const url = indexPage(name, hosts);
      if (!url) return notFound();
      const page = pages.read(url, again(context));
      return page.then((page) => pageReply(context, page), failed(context, `package ${name}`, pageBytes));
    },
  };
}

interface Answers {
  pkgs: Answer;
  simple: Answer;
  files: Answer;
}

function refusal({ req }: Context<RequestEnv>, on: boolean): Response | null {
  if (!on) return off();
  if (req.method !== "GET") {
    return apiError(405, "method_not_allowed", "This path takes GET requests.", { allow: "GET" });
  }
  return cameAround(req.raw.headers)
    ? apiError(508, "loop", "The package host's address leads back to this server.")
    : null;
}

function off(): Response {
  return apiError(404, "turned_off", "This server fetches no Python packages: its operator turned that off.");
}

function notFound(): Response {
  const message =
    "The package proxy serves /py/pkgs/<file>, /py/simple/<normalised name>/ and /py/files/<host>/<path of a wheel>.";
  return apiError(404, "not_found", message);
}

function otherHost(host: string): Response {
  const message = `This server fetches no packages from ${host}. Its operator can add it to OKCVM_PYPI_FILE_HOSTS.`;
  return apiError(403, "blocked_target", message);
}

/** A reload in a browser asks for what the upstream has now. */
function again({ req }: Context<RequestEnv>): boolean {
  return req.header("cache-control")?.includes("no-cache") ?? false;
}

function fileReply(
  context: Context<RequestEnv>,
  file: { name: string; size: number | null; body: ReadableStream<Uint8Array> },
  log: Log,
): Response {
  const cut = "a package was broken off";
  const body = relayToClient(context, file.body, { log, cut, ...countedBy(context) });
  const isMetadata = file.name.endsWith(".metadata");
  const headers = replyHeaders(isMetadata ? "text/plain; charset=utf-8" : "application/octet-stream");
  if (file.size !== null) headers.set("content-length", String(file.size));
  headers.set("cache-control", /\.whl(\.metadata)?$/.test(file.name) ? KEPT_FOR_EVER : KEPT_FOR_A_DAY);
  return new Response(body, { headers });
}

function pageReply(
  { req }: Context<RequestEnv>,
  page: { text: string; etag: string; stale: boolean },
): Response {
  const headers = replyHeaders(INDEX_TYPE);
  headers.set("cache-control", "no-cache");
  headers.set("etag", page.etag);
  if (page.stale) headers.set("x-okcvm-stale", "1");
  if (req.header("if-none-match") === page.etag) return new Response(null, { status: 304, headers });
  return new Response(page.text, { headers });
}

/** Nothing of a stranger's reply may act on the app's origin, also when a person opens the address. */
function replyHeaders(type: string): Headers {
  return new Headers({ "content-type": type, "content-security-policy": "default-src 'none'; sandbox" });
}
