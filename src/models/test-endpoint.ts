import { ModelError } from "../domain/model-error.ts";
import type { Endpoint, EndpointKind } from "../domain/settings.ts";
import type { ModelRequest } from "../ports/chat-model.ts";
import { isFields, listAt, textAt } from "./chunk-fields.ts";
import { fromHttpFailure, fromThrown, hostOf, unanswered, type ErrorContext } from "./errors.ts";
import type { FetchLike } from "./fetch-like.ts";
import { createOpenAiChat } from "./openai-chat.ts";

/** What a test call came to, in words; `ms` is how long it took. */
export interface EndpointTestResult {
  ok: boolean;
  message: string;
  ms: number;
}

/** What is to be tested. */
export interface EndpointProbe {
  kind: EndpointKind;
  endpoint: Endpoint;
  apiKey: string | null;
  fetch: FetchLike;
}

const LIMIT_MS = 30_000;
const ASK: ModelRequest = {
  messages: [{ role: "user", content: [{ type: "text", text: "Reply with the word ready." }] }],
  tools: [],
};

/**
 * Makes a small real call: a chat model answers one message, other models are
 * looked up in the endpoint's list. Never throws; what went wrong is the message.
 * `limitMs` is 30 seconds when left out.
 */
export async function testEndpoint(
  probe: EndpointProbe,
  signal: AbortSignal,
  limitMs: number = LIMIT_MS,
): Promise<EndpointTestResult> {
  const started = performance.now();
  const ended = (ok: boolean, message: string) => ({
    ok,
    message,
    ms: Math.round(performance.now() - started),
  });
  const missing = missingField(probe.endpoint);
  if (missing) return ended(false, missing);
  const limit = AbortSignal.timeout(limitMs);
  try {
    const both = AbortSignal.any([signal, limit]);
    const message = probe.kind === "chat" ? await askModel(probe, both) : await findModel(probe, both);
    return ended(true, `${message} in ${Math.round(performance.now() - started)} ms.`);
  } catch (error) {
    if (signal.aborted) return ended(false, "The test was stopped.");
    if (limit.aborted)
      return ended(
        false,
        `${hostOf(probe.endpoint.baseUrl)} did not answer within ${limitMs / 1000} seconds.`,
      );
    return ended(false, (error instanceof ModelError ? error : fromThrown(error, contextOf(probe))).message);
  }
}

function missingField(endpoint: Endpoint): string | undefined {
  if (endpoint.baseUrl === "") return "Enter a base URL first.";
  return endpoint.model === "" ? "Enter a model's name first." : undefined;
}

async function askModel(probe: EndpointProbe, signal: AbortSignal): Promise<string> {
  const { endpoint } = probe;
  let answer = "";
  for await (const event of createOpenAiChat(probe).stream(ASK, signal)) {
    if (event.type === "text") answer += event.delta;
  }
  const words = answer.replaceAll(/\s+/g, " ").trim();
  if (words === "") return `${endpoint.model} answered without text`;
  return `${endpoint.model} answered "${words.length > 80 ? `${words.slice(0, 79)}…` : words}"`;
}

async function findModel(probe: EndpointProbe, signal: AbortSignal): Promise<string> {
  const { endpoint } = probe;
  const names = await listModels(probe, signal);
  const known = names.some((name) => name === endpoint.model || name === `${endpoint.model}:latest`);
  if (known) return `${hostOf(endpoint.baseUrl)} lists ${endpoint.model}`;
  const some = names.slice(0, 8).join(", ");
  const instead =
    names.length === 0 ? "Its list is empty." : `It lists ${names.length}, among them: ${some}.`;
  throw new ModelError(
    "bad-request",
    `${hostOf(endpoint.baseUrl)} answered, but does not list ${endpoint.model}. ${instead}`,
    { retryable: false },
  );
}

async function listModels(probe: EndpointProbe, signal: AbortSignal): Promise<string[]> {
  const { endpoint, apiKey } = probe;
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  const response = await probe
    .fetch(`${endpoint.baseUrl}/models`, { headers, signal })
    .catch((error: unknown) => {
      throw error instanceof TypeError ? unanswered(contextOf(probe), error) : error;
    });
  const body = await response.text();
  if (response.status === 404 || response.status === 405) throw noList(endpoint, response.status);
  if (!response.ok) {
    throw fromHttpFailure({ status: response.status, headers: response.headers, body }, contextOf(probe));
  }
  const list = parseList(body);
  if (!list) throw noList(endpoint, response.status);
  return list;
}

function parseList(body: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const entries = Array.isArray(json)
    ? json
    : isFields(json) && Array.isArray(json["data"])
      ? listAt(json, "data")
      : undefined;
  return entries
    ?.filter(isFields)
    .map((entry) => textAt(entry, "id"))
    .filter((id) => id !== "");
}

function noList(endpoint: Endpoint, status: number): ModelError {
  const message = `${endpoint.baseUrl}/models is no list of models (${status}), so ${endpoint.model} could not be looked up. Check the base URL; most end in /v1. An endpoint without a list can still work.`;
  return new ModelError("bad-reply", message, { retryable: false });
}

function contextOf(probe: EndpointProbe): ErrorContext {
  return { ...probe.endpoint, apiKey: probe.apiKey };
}
