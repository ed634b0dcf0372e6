import type OpenAI from "openai";
import type { ModelError } from "../domain/model-error.ts";
import type { Endpoint } from "../domain/settings.ts";
import type { ChatModel, ModelEvent, ModelRequest } from "../ports/chat-model.ts";
import { toChatBody, type ChatBody } from "./chat-body.ts";
import { isFields } from "./chunk-fields.ts";
import { aborted, fromStreamError, fromThrown, type ErrorContext } from "./errors.ts";
import type { FetchLike } from "./fetch-like.ts";
import { createReasoningMemory, type ReasoningMemory } from "./reasoning-memory.ts";
import { createReplyFetch, type ReplyFetch } from "./reply-fetch.ts";
import { createChunkReader } from "./stream-dialect.ts";

export interface OpenAiChatOptions {
  endpoint: Endpoint;
  /** null sends no Authorization header. */
  apiKey: string | null;
  fetch: FetchLike;
  /** Milliseconds without a byte after which a reply is given up; five minutes when left out. */
  idleMs?: number;
}

/** What an endpoint turned out not to take, or to insist on. */
interface Habits {
  usage: boolean;
  sendsReasoning: boolean;
  images: boolean;
}

const IDLE_MS = 300_000;
// The SDK wants a key even where none is sent.
const NO_KEY = "none";

/**
 * A chat model behind an OpenAI-compatible endpoint. Keep the instance: it
 * learns what the endpoint refuses, and holds the thoughts some endpoints want
 * back while a run goes on. Retrying is the caller's part.
 */
export function createOpenAiChat(options: OpenAiChatOptions): ChatModel {
  const habits: Habits = { usage: true, sendsReasoning: false, images: true };
  const memory = createReasoningMemory();
  return {
    name: options.endpoint.model,
    scripted: false,
    stream: (request, signal) => streamReply({ options, habits, memory, request, signal }),
  };
}

interface Call {
  options: OpenAiChatOptions;
  habits: Habits;
  memory: ReasoningMemory;
  request: ModelRequest;
  signal: AbortSignal;
}

async function* streamReply(asked: Call): AsyncGenerator<ModelEvent> {
  const { options, signal } = asked;
  const context: ErrorContext = { ...options.endpoint, apiKey: options.apiKey };
  if (signal.aborted) throw aborted();
  // A caller that stops reading must not leave a request behind.
  const left = new AbortController();
  const call = { ...asked, signal: AbortSignal.any([signal, left.signal]) };
  const idleMs = options.idleMs ?? IDLE_MS;
  const wire = createReplyFetch({ fetch: options.fetch, context, signal: call.signal, idleMs });
  try {
    const opening = open(call, wire);
    // It may fail while the first event is with the caller; it is awaited right after.
    opening.catch(() => undefined);
    await Promise.race([wire.sent, opening]);
    yield { type: "request", bytes: await wire.sent };
    yield* readChunks(call, context, { chunks: await opening, wire });
  } catch (error) {
    if (signal.aborted) throw aborted();
    throw wire.failure() ?? fromThrown(sdkErrorOf(error, context), context);
  } finally {
    left.abort();
  }
}

async function* readChunks(
  call: Call,
  context: ErrorContext,
  reply: { chunks: AsyncIterable<unknown>; wire: ReplyFetch },
): AsyncGenerator<ModelEvent> {
  const takenIds = new Set(
    call.request.messages.flatMap((message) =>
      message.role === "assistant" ? message.calls.map((one) => one.callId) : [],
    ),
  );
  const reader = createChunkReader({ takenIds, onError: (error) => fromStreamError(error, context) });
  const note = call.memory.begin();
  for await (const chunk of reply.chunks) {
    for (const event of reader.push(chunk)) {
      note(event);
      yield event;
    }
  }
  // The SDK ends its loop without a word when the call was stopped.
  if (call.signal.aborted) throw aborted();
  for (const event of reader.end(reply.wire.sawDone())) {
    note(event);
    yield event;
  }
}

/** Sends the request, again without what the endpoint turns out not to take. */
async function open(call: Call, wire: ReplyFetch): Promise<AsyncIterable<unknown>> {
  for (;;) {
    try {
      return await send(call, wire);
    } catch (error) {
      const failure = wire.failure();
      if (call.signal.aborted || !failure || !adapt(call.habits, failure)) throw error;
      wire.reset();
    }
  }
}

/** Whether the refusal taught something new, so that the same request can go out changed. */
function adapt(habits: Habits, failure: ModelError): boolean {
  if (failure.status !== 400 && failure.status !== 422) return false;
  if (habits.usage && /stream_options|include_usage|stream options/i.test(failure.message)) {
    habits.usage = false;
    return true;
  }
  if (!habits.sendsReasoning && /reasoning_content/i.test(failure.message)) {
    habits.sendsReasoning = true;
    return true;
  }
  if (
    habits.images &&
    /image_url|image input|images? (?:is|are) not|multimodal|vision/i.test(failure.message)
  ) {
    habits.images = false;
    return true;
  }
  return false;
}

async function send(call: Call, wire: ReplyFetch): Promise<AsyncIterable<unknown>> {
  const { options, habits, memory, request, signal } = call;
  const { OpenAI: Client } = await import("openai");
  const client = new Client({
    apiKey: options.apiKey === null || options.apiKey === "" ? NO_KEY : options.apiKey,
    organization: null,
    project: null,
    baseURL: options.endpoint.baseUrl,
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    // Its logger writes replies to the console.
    logLevel: "off",
    fetch: (url, init) => wire.fetch(String(url), init),
    ...(options.apiKey ? {} : { defaultHeaders: { Authorization: null } }),
  });
  const body = toChatBody(request, {
    model: options.endpoint.model,
    usage: habits.usage,
    images: habits.images,
    reasoning: habits.sendsReasoning ? (callId) => memory.of(callId) : null,
  });
  return client.chat.completions.create(asSdkBody(body), { signal });
}

/** The SDK's type differs from ours only in that it does not know `reasoning_content`. */
function asSdkBody(body: ChatBody): OpenAI.Chat.ChatCompletionCreateParamsStreaming {
  return body as OpenAI.Chat.ChatCompletionCreateParamsStreaming;
}

/** The SDK throws an error chunk as an error of its own, with the chunk's `error` value inside. */
function sdkErrorOf(error: unknown, context: ErrorContext): unknown {
  if (!(error instanceof Error) || !("error" in error)) return error;
  return error.error === undefined || !(isFields(error.error) || typeof error.error === "string")
    ? error
    : fromStreamError(error.error, context);
}
