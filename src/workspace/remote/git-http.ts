import type { GitHttpRequest, GitHttpResponse, HttpClient } from "isomorphic-git";
import { OkcvmError } from "../../domain/errors.ts";
import { DEVICE_HEADER } from "../../domain/own-server.ts";
import { proxyFailure, statusFailure } from "./remote-failure.ts";

/** What Git's requests go through. */
export interface GitServer {
  /** Without a slash at its end. */
  origin: string;
  device: string | null;
}

/** The headers of Git's protocol that the server passes on as they are. */
const PASSED_ON = ["content-type", "accept", "git-protocol"];

/**
 * isomorphic-git's HTTP plugin over the Git proxy of this page's server.
 * `server` is that server, with the token of this browser's device, if it has an account. One plugin serves one exchange with
 * one remote: it remembers where the remote redirected to.
 * Errors: OkcvmError `unreachable`, `unauthorized`, `not-found`,
 * `rate-limited`, `too-large`, `bad-request`, `bad-reply`, `server-error`; an
 * abort passes through.
 */
export function gitHttp(server: GitServer, fetch = globalThis.fetch.bind(globalThis)): HttpClient {
  /** Repositories that answered from another address than they were asked at. */
  const moved = new Map<string, string>();

  async function request(asked: GitHttpRequest): Promise<GitHttpResponse> {
    const { base, rest } = splitAddress(asked.url);
    const url = new URL((moved.get(base) ?? base) + rest);
    const headers = proxyHeaders(asked, url);
    if (server.device !== null) headers.set(DEVICE_HEADER, server.device);
    const reply = await send(
      `${server.origin}/v1/git/${url.host}${url.pathname}${url.search}`,
      asked,
      headers,
    );
    if (reply.status !== 200)
      await refuse(reply, { host: url.host, hadLogin: headers.has("x-git-authorization") });
    const location = reply.headers.get("x-git-location");
    if (location !== null) moved.set(base, splitAddress(location).base);
    return {
      url: asked.url,
      method: asked.method,
      statusCode: reply.status,
      statusMessage: reply.statusText,
      headers: Object.fromEntries(reply.headers),
      body: chunksOf(reply.body, url.host),
    };
  }

  async function send(address: string, { method = "GET", body, signal }: GitHttpRequest, headers: Headers) {
    // Not streamed: browsers send a stream only over HTTP/2, and some hosts want a length.
    const parts: Uint8Array<ArrayBuffer>[] = [];
    if (body) for await (const part of body) parts.push(part as Uint8Array<ArrayBuffer>);
    try {
      return await fetch(address, {
        method,
        headers,
        credentials: "omit",
        cache: "no-store",
        ...(body ? { body: new Blob(parts) } : {}),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new OkcvmError(
        "unreachable",
        "The server of this page cannot be reached, and Git hosts are reached through it. Check the network, then try again.",
        error,
      );
    }
  }

  return { request };
}

/** The repository's own address, and Git's request after it. */
function splitAddress(address: string): { base: string; rest: string } {
  const [, base = address, rest = ""] =
    /^(.*?)(\/info\/refs\?.*|\/git-upload-pack|\/git-receive-pack)$/.exec(address) ?? [];
  return { base, rest };
}

function proxyHeaders(asked: GitHttpRequest, url: URL): Headers {
  const given = new Headers(asked.headers);
  const headers = new Headers();
  for (const name of PASSED_ON) {
    const value = given.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (url.protocol === "http:") headers.set("x-git-scheme", "http");
  const login = given.get("authorization");
  // A login is for the origin it was given for, and for no other that it redirects to.
  if (login !== null && url.origin === new URL(asked.url).origin) headers.set("x-git-authorization", login);
  return headers;
}

async function refuse(reply: Response, exchange: { host: string; hadLogin: boolean }): Promise<never> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf(reply.body, exchange.host))
    text += decoder.decode(chunk, { stream: true });
  if (reply.headers.has("x-git-upstream")) throw statusFailure(reply.status, text, exchange);
  const error = errorOf(text);
  if (error) throw proxyFailure(error.code, error.message);
  throw new OkcvmError(
    "unreachable",
    `The server of this page does not pass on Git requests (status ${reply.status}), so ${exchange.host} cannot be reached from here.`,
  );
}

/** The server's own error; null for a page that something else sent in its place. */
function errorOf(text: string): { code: string; message: string } | null {
  let value: { error?: { code?: unknown; message?: unknown } } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
  const { code, message } = value?.error ?? {};
  return typeof code === "string" && typeof message === "string" ? { code, message } : null;
}

/** A body as it comes. Not the stream's own iterator, which Safari lacks. */
async function* chunksOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  host: string,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  let open = true;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      open = !done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    open = false;
    if (!(error instanceof TypeError)) throw error;
    throw new OkcvmError("unreachable", `The connection to ${host} broke in the middle. Try again.`, error);
  } finally {
    // The consumer stopped early.
    if (open) await reader.cancel();
  }
}
