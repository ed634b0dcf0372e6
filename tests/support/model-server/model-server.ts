import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo } from "node:net";
import { writeDialect } from "./dialects.ts";
import { isFault, type Scripted, type ScriptedReply } from "./reply.ts";

/** A request the server got. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The JSON body; null when there was none. */
  body: ChatRequestBody | null;
  /** Bytes of the body as sent. */
  bytes: number;
}

/** The part of a chat request that scripts look at. */
export interface ChatRequestBody {
  model: string;
  messages: {
    role: string;
    content?: unknown;
    tool_calls?: unknown;
    tool_call_id?: string;
    [key: string]: unknown;
  }[];
  tools?: { type: string; function: { name: string; description: string; parameters: unknown } }[];
  stream?: boolean;
  stream_options?: unknown;
  [key: string]: unknown;
}

/** What to say: replies in order, the last one again and again; or a function of the request and its number, from 0. */
export type Script = Scripted[] | ((body: ChatRequestBody, n: number) => Scripted | Promise<Scripted>);

export interface ModelServer {
  /** Base URL, ending in /v1. */
  url: string;
  /** Chat requests so far, in order; those of other paths are in `others`. */
  requests: SeenRequest[];
  others: SeenRequest[];
  /** Chat requests whose client went away before the reply was over. */
  readonly aborted: number;
  /** Sets what to say from the next request on, and counts from 0 again. */
  script(script: Script): void;
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** false: no CORS headers, as most providers answer. */
  cors?: boolean;
  models?: string[];
  port?: number;
}

/** Starts a scripted OpenAI-compatible server on 127.0.0.1. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: SeenRequest[] = [];
  const others: SeenRequest[] = [];
  let script: Script = [{ text: "ready" }];
  let count = 0;
  let aborted = 0;

  async function answerChat(seen: SeenRequest, response: ServerResponse): Promise<void> {
    if (seen.body === null)
      return sendJson(response, 400, { error: { message: "The body is not JSON.", code: "bad_json" } });
    requests.push(seen);
    response.on("close", () => {
      if (!response.writableFinished) aborted += 1;
    });
    const n = count;
    count += 1;
    const scripted =
      typeof script === "function" ? await script(seen.body, n) : script[Math.min(n, script.length - 1)];
    if (scripted === undefined)
      return sendJson(response, 500, { error: { message: "The script is empty." } });
    await answer(scripted, seen.body, response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (options.cors !== false) allowOrigins(request, response);
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    const seen = await readRequest(request);
    const path = seen.path.replace(/\?.*$/, "");
    if (request.method === "POST" && path === "/v1/chat/completions") return answerChat(seen, response);
    others.push(seen);
    if (request.method === "GET" && path === "/v1/models") {
      const data = (options.models ?? ["test-model"]).map((id) => ({ id, object: "model" }));
      return sendJson(response, 200, { object: "list", data });
    }
    sendJson(response, 404, { error: { message: `There is no ${path} here.`, code: "not_found" } });
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    others,
    get aborted() {
      return aborted;
    },
    script(next) {
      script = next;
      count = 0;
    },
    close: () => closeServer(server),
  };
}

async function answer(scripted: Scripted, body: ChatRequestBody, response: ServerResponse): Promise<void> {
  if (scripted === "hang") return;
  if (scripted === "reset") return void response.destroy();
  if (!isFault(scripted)) return stream(scripted, body, response);
  const json = typeof scripted.body === "object";
  const text = json ? JSON.stringify(scripted.body) : String(scripted.body ?? "");
  response
    .writeHead(scripted.status, {
      "content-type": json ? "application/json" : "text/plain",
      ...scripted.headers,
    })
    .end(text);
}

async function stream(reply: ScriptedReply, body: ChatRequestBody, response: ServerResponse): Promise<void> {
  const chunks = reply.chunks ?? writeDialect(reply, body.model);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  response.flushHeaders();
  const end = Math.min(reply.cutAfter ?? chunks.length, reply.hangAfter ?? chunks.length);
  const whole = chunks.slice(0, end);
  const written = reply.splitSeed === undefined ? whole : splitBytes(whole.join(""), reply.splitSeed);
  for (const piece of written) {
    if (reply.chunkDelayMs) await sleep(reply.chunkDelayMs);
    if (response.destroyed) return;
    response.write(piece);
    // Each piece in its own packet, so that a client sees the chunks apart.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (reply.hangAfter !== undefined && reply.hangAfter < chunks.length) return;
  if (reply.cutAfter !== undefined) return void response.destroy();
  response.end();
}

/** Cuts a text's bytes at random places, inside characters too; the same seed cuts the same way. */
function splitBytes(text: string, seed: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  let state = seed >>> 0;
  let from = 0;
  while (from < bytes.length) {
    // A linear congruential generator: enough to vary, and repeatable.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const length = 1 + ((state >>> 16) % 23);
    parts.push(bytes.slice(from, from + length));
    from += length;
  }
  return parts;
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const raw = Buffer.concat(parts);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers,
    body: parseBody(raw.toString("utf8")),
    bytes: raw.length,
  };
}

function parseBody(text: string): ChatRequestBody | null {
  try {
    return JSON.parse(text) as ChatRequestBody;
  } catch {
    return null;
  }
}

function allowOrigins(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
  response.setHeader("access-control-allow-methods", "GET, POST, OPTIONS");
  response.setHeader(
    "access-control-allow-headers",
    request.headers["access-control-request-headers"] ?? "*",
  );
  response.setHeader("access-control-expose-headers", "retry-after, retry-after-ms, x-ratelimit-reset");
  // A page on a public address may call this one, should the browser ask.
  response.setHeader("access-control-allow-private-network", "true");
  response.setHeader("cross-origin-resource-policy", "cross-origin");
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
