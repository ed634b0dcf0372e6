import { DEVICE_HEADER } from "../domain/own-server.ts";
import { ModelError } from "../domain/model-error.ts";
import type { ProviderInfo, ServerInfo } from "../domain/server-info.ts";
import { normalizeBaseUrl } from "../domain/settings.ts";
import { hostOf } from "./errors.ts";
import type { FetchLike } from "./fetch-like.ts";

export interface RouteOptions {
  fetch: FetchLike;
  /** Origin of the app's server, without a slash at the end. */
  serverOrigin: string;
  /** What the server says of itself; null when it cannot be asked. */
  info: () => Promise<ServerInfo | null>;
  baseUrl: string;
  apiKey: string | null;
  /** What this browser is known by at the server; null without an account. It goes there only, and only where the server's own key is asked for. */
  deviceToken?: () => Promise<string | null>;
  /** Whether the browser believes it has a network. */
  online?: () => boolean;
  /** The page's own origin, which an endpoint has to allow; the server's when left out. */
  pageOrigin?: string;
  /** Which way answered, by base URL; share one so that a new fetch need not find out again. */
  memory?: Map<string, Route>;
}

/** direct: the page calls the endpoint. server: the app's server passes the call on. */
export type Route = "direct" | "server";

/**
 * A fetch for requests to one base URL, which it sends to the endpoint itself
 * or through the server's pass-through, whichever answers: an endpoint without
 * CORS cannot be called from a page, and a key the server holds is only added
 * there. What answered is remembered.
 * Errors: ModelError `unreachable` when neither way answers, retryable when one
 * has answered before; an abort passes through.
 */
export function createRoutedFetch(options: RouteOptions): FetchLike {
  const baseUrl = normalizeBaseUrl(options.baseUrl);
  const memory = options.memory ?? new Map<string, Route>();

  async function routed(url: string, init?: RequestInit): Promise<Response> {
    if (!isUnder(url, baseUrl)) return options.fetch(url, init);
    const known = memory.get(baseUrl);
    let failure: TypeError | undefined;
    for (const route of await order(known)) {
      const target = route === "direct" ? url : await serverAddress(url.slice(baseUrl.length));
      if (target === null) continue;
      const outcome = await attempt(options.fetch, target, route === "server" ? await named(init) : init);
      if (!(outcome instanceof TypeError)) {
        memory.set(baseUrl, route);
        return outcome;
      }
      failure = outcome;
    }
    throw unreachable(options, { baseUrl, cause: failure, answeredBefore: known !== undefined });
  }

  /** Says whose the request is, so that the server's key may be used for it. */
  async function named(init: RequestInit | undefined): Promise<RequestInit | undefined> {
    const token = options.apiKey === null ? ((await options.deviceToken?.()) ?? null) : null;
    if (token === null) return init;
    const headers = new Headers(init?.headers);
    headers.set(DEVICE_HEADER, token);
    return { ...init, headers };
  }

  /** The server is asked only when its word matters: a call with a key must not wait for it. */
  async function order(known: Route | undefined): Promise<Route[]> {
    const serverFirst =
      known === "server" ||
      (known === undefined &&
        options.apiKey === null &&
        (await findProvider(options, baseUrl))?.hasKey === true);
    return serverFirst ? ["server", "direct"] : ["direct", "server"];
  }

  async function serverAddress(tail: string): Promise<string | null> {
    const provider = await findProvider(options, baseUrl);
    return provider ? `${options.serverOrigin}/v1/model/${provider.name}${tail}` : null;
  }

  return routed;
}

function isUnder(url: string, baseUrl: string): boolean {
  return url === baseUrl || url.startsWith(`${baseUrl}/`) || url.startsWith(`${baseUrl}?`);
}

/** A rejected fetch says TypeError for every reason but an abort: no network, no answer, no CORS. */
async function attempt(
  fetch: FetchLike,
  url: string,
  init: RequestInit | undefined,
): Promise<Response | TypeError> {
  try {
    return await fetch(url, { ...init, credentials: "omit" });
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

async function findProvider(options: RouteOptions, baseUrl: string): Promise<ProviderInfo | undefined> {
  const info = await options.info();
  return info?.providers.find((provider) => provider.baseUrl.replace(/\/+$/, "") === baseUrl);
}

function unreachable(
  options: RouteOptions,
  failed: { baseUrl: string; cause: unknown; answeredBefore: boolean },
): ModelError {
  const offline = options.online?.() === false;
  const message = offline ? offlineWords(failed.baseUrl) : silenceWords(options, failed.baseUrl);
  return new ModelError("unreachable", message, { retryable: failed.answeredBefore, cause: failed.cause });
}

function offlineWords(baseUrl: string): string {
  return `This device is offline, so ${hostOf(baseUrl)} cannot be reached. Files, shell and sites go on working; try again when there is a network.`;
}

function silenceWords(options: RouteOptions, baseUrl: string): string {
  const origin = options.pageOrigin ?? options.serverOrigin;
  const what = `Nothing answered at ${baseUrl}, or it does not allow requests from this page's origin (CORS).`;
  if (isLocal(baseUrl)) {
    return `${what} Start the program that serves the model and allow the origin: for Ollama set OLLAMA_ORIGINS=${origin} and restart it; for LM Studio turn on CORS in its server settings.`;
  }
  const mixed = origin.startsWith("https:") && baseUrl.startsWith("http:");
  const why = mixed ? " A page served over https may not call a plain http address." : "";
  return `${what}${why} Check the base URL in Settings. If it is right, ask the operator of this server to add name=${baseUrl} to OKCVM_MODEL_PROVIDERS.`;
}

function isLocal(baseUrl: string): boolean {
  const host = new URL(baseUrl).hostname;
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || host.startsWith("127.");
}
