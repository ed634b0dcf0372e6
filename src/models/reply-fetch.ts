import { ModelError } from "../domain/model-error.ts";
import { cutReply } from "./stream-dialect.ts";
import { fromHttpFailure, hostOf, unanswered, type ErrorContext } from "./errors.ts";
import type { FetchLike } from "./fetch-like.ts";
import { watchBody, type WatchedBody } from "./watched-body.ts";

/** The fetch the SDK is given for one call, and what it saw on the way. */
export interface ReplyFetch {
  fetch: FetchLike;
  /** Resolves with the UTF-8 length of the request's body when it first goes out. */
  readonly sent: Promise<number>;
  /** Whether the reply's [DONE] mark came. */
  sawDone(): boolean;
  /** Why the call failed, when that is known here better than the SDK tells it. */
  failure(): ModelError | undefined;
  reset(): void;
}

export interface ReplyFetchOptions {
  fetch: FetchLike;
  context: ErrorContext;
  signal: AbortSignal;
  /** Milliseconds without a byte after which the reply is given up. */
  idleMs: number;
}

const MAX_ERROR_BODY = 64 * 1024;

/**
 * Reads refusals itself, since the SDK keeps only the `error` field of their
 * body, and turns a reply that was not streamed into a stream.
 */
export function createReplyFetch(options: ReplyFetchOptions): ReplyFetch {
  let markSent: (bytes: number) => void = () => undefined;
  const sent = new Promise<number>((resolve) => {
    markSent = resolve;
  });
  let failure: ModelError | undefined;
  let watched: WatchedBody | undefined;

  async function fetchReply(url: string, init?: RequestInit): Promise<Response> {
    const body = init?.body;
    markSent(typeof body === "string" ? new TextEncoder().encode(body).length : 0);
    const response = await reach(options, url, { ...init, headers: plainHeaders(init?.headers) });
    if (!response.ok) {
      const { status, headers } = response;
      throw fromHttpFailure({ status, headers, body: await readError(response) }, options.context);
    }
    const type = response.headers.get("content-type") ?? "";
    if (type.includes("text/html")) throw webPage(options.context);
    if (type.includes("application/json")) return eventStream(asEvents(await response.text()));
    if (!response.body) throw cutReply();
    watched = watchBody(response.body, options.idleMs, () => note(idle(options)));
    return eventStream(watched.stream);
  }

  function note(error: ModelError): ModelError {
    failure = error;
    return error;
  }

  return {
    async fetch(url, init) {
      try {
        return await fetchReply(url, init);
      } catch (error) {
        if (error instanceof ModelError) note(error);
        // An abort nobody asked for is the SDK's time limit for the first byte.
        else if (isAbort(error) && !options.signal.aborted) note(noAnswer(options.context));
        throw error;
      }
    },
    sent,
    sawDone: () => watched?.sawDone() ?? true,
    failure: () => failure,
    reset: () => {
      failure = undefined;
      watched = undefined;
    },
  };
}

/** A fetch that rejects has had no answer at all; a routed fetch says more about it. */
async function reach(options: ReplyFetchOptions, url: string, init: RequestInit): Promise<Response> {
  try {
    return await options.fetch(url, init);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unanswered(options.context, error);
  }
}

/** Without the SDK's telemetry, whose names an endpoint's CORS rules would have to list one by one. */
function plainHeaders(given: HeadersInit | undefined): Headers {
  const headers = new Headers(given);
  const telemetry = Array.from(headers.keys()).filter((name) => name.startsWith("x-stainless-"));
  for (const name of [...telemetry, "user-agent"]) headers.delete(name);
  return headers;
}

async function readError(response: Response): Promise<string> {
  try {
    return (await response.text()).slice(0, MAX_ERROR_BODY);
  } catch (error) {
    // The status alone still says what happened; only a stop must go through.
    if (error instanceof TypeError) return "";
    throw error;
  }
}

/** A whole completion as one event; text that is not JSON is left for the parser to refuse. */
function asEvents(text: string): string {
  return `data: ${text.replaceAll(/\s*[\r\n]+\s*/g, " ")}\n\ndata: [DONE]\n\n`;
}

function eventStream(body: ReadableStream<Uint8Array<ArrayBuffer>> | string): Response {
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function webPage(context: ErrorContext): ModelError {
  const message = `${hostOf(context.baseUrl)} answered with a web page, not with a model's reply. Check the base URL in Settings; most end in /v1.`;
  return new ModelError("bad-reply", message, { retryable: false });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function noAnswer(context: ErrorContext): ModelError {
  const message = `${hostOf(context.baseUrl)} took the request and did not begin to answer for ten minutes.`;
  return new ModelError("server-error", message, { retryable: true });
}

function idle(options: ReplyFetchOptions): ModelError {
  const seconds = Math.round(options.idleMs / 1000);
  const message = `${hostOf(options.context.baseUrl)} stopped in the middle of its reply and sent nothing for ${seconds} seconds.`;
  return new ModelError("bad-reply", message, { retryable: true });
}
