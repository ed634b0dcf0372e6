import { OkcvmError, type ErrorCode } from "../../../domain/errors.ts";

/** The server's package proxy, and what reaches it. */
export interface PackageServer {
  fetch: (
    url: string,
    init: { signal: AbortSignal | null; headers?: Record<string, string> },
  ) => Promise<Response>;
  /** Absolute address of `/py/`, with the slash. */
  baseUrl: string;
  /** The SHA-256 of bytes, in hexadecimal. */
  sha256: (bytes: Uint8Array) => Promise<string>;
  signal?: AbortSignal | undefined;
}

/** The address of a build of Pyodide's. */
export function buildUrl(server: PackageServer, fileName: string): string {
  return new URL(`pkgs/${encodeURIComponent(fileName)}`, server.baseUrl).href;
}

/** The address by which this server fetches a file of another. */
export function proxiedUrl(server: PackageServer, address: string): string {
  const url = new URL(address);
  if (url.origin === new URL(server.baseUrl).origin) return url.href;
  return new URL(`files/${url.host}${url.pathname}${url.search}`, server.baseUrl).href;
}

/**
 * One request. null: the host has no such thing.
 * Errors: OkcvmError with the server's words; `unreachable`; an abort's own.
 */
export async function ask(server: PackageServer, url: string, accept = "*/*"): Promise<Response | null> {
  const reply = await call(server, url, accept);
  if (reply.ok) return reply;
  const { code, message } = await readError(reply);
  if (reply.status === 404 && code === "not_found") return null;
  throw new OkcvmError(CODES[reply.status] ?? "server-error", message);
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: "unauthorized",
  429: "rate-limited",
  403: "not-supported",
  404: "not-supported",
  502: "unreachable",
  504: "timeout",
};

async function call(server: PackageServer, url: string, accept: string): Promise<Response> {
  try {
    return await server.fetch(url, { signal: server.signal ?? null, headers: { accept } });
  } catch (cause) {
    if (server.signal?.aborted) throw cause;
    const message = "The OKCVM server does not answer, and packages come through it. You may be offline.";
    throw new OkcvmError("unreachable", message, cause);
  }
}

async function readError(reply: Response): Promise<{ code: string; message: string }> {
  const otherwise = { code: "", message: `The OKCVM server answered with status ${reply.status}.` };
  const text = await reply.text();
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.code !== "string" || typeof error.message !== "string") return otherwise;
    return { code: error.code, message: error.message };
  } catch (cause) {
    // A server of another kind, or a wall in between, answers in its own way.
    if (cause instanceof SyntaxError || cause instanceof TypeError) return otherwise;
    throw cause;
  }
}
