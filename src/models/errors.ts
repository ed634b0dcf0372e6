import type { ErrorCode } from "../domain/errors.ts";
import { ModelError } from "../domain/model-error.ts";
import { isFields, textAt, type Fields } from "./chunk-fields.ts";
import { saysContextOverflow } from "./context-overflow.ts";
import { readRetryAfter, type HeaderLookup } from "./retry-after.ts";
import { cutReply } from "./stream-dialect.ts";

/** What messages name, and the key they must not. */
export interface ErrorContext {
  baseUrl: string;
  model: string;
  apiKey: string | null;
  /** Milliseconds since 1970 UTC; the present when left out. */
  now?: number;
}

/** An endpoint's refusal as it came. */
export interface HttpFailure {
  status: number;
  headers: HeaderLookup;
  /** The body's text. */
  body: string;
}

const MAX_MESSAGE = 500;
const NO_HEADERS: HeaderLookup = { get: () => null };
const NO_CREDIT =
  /insufficient[_ ](quota|balance|credit|funds)|exceeded[_ ](your )?current[_ ]quota|out of credits|credit balance is too low|billing_hard_limit|requires more credits/i;
// Google words a per-minute limit as a quota, and says when it is over.
const PASSING_QUOTA = /retry in \d/i;

/** An HTTP answer that is not 2xx, in words a person can act on. */
export function fromHttpFailure(failure: HttpFailure, context: ErrorContext): ModelError {
  const { words, marks } = readBody(failure.body);
  return classify({ status: failure.status, headers: failure.headers, words, marks }, context);
}

/** The `error` value of a chunk in the middle of a stream; its numeric code, when there is one, is taken as the HTTP status. */
export function fromStreamError(error: unknown, context: ErrorContext): ModelError {
  const { words, marks } = readError(error);
  const code = isFields(error) ? Number(error["code"] ?? error["status"]) : Number.NaN;
  const status = Number.isInteger(code) && code >= 400 && code <= 599 ? code : undefined;
  return classify({ status, headers: NO_HEADERS, words, marks }, context);
}

/** Anything else thrown on the way to or during a reply. */
export function fromThrown(error: unknown, context: ErrorContext): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof SyntaxError) {
    const message = `${hostOf(context.baseUrl)} sent a reply that is not the protocol: a chunk is not JSON.`;
    return new ModelError("bad-reply", message, { retryable: true });
  }
  // The connection broke while the body was read: browsers and Node throw a TypeError then.
  if (error instanceof TypeError) return cutReply(error);
  const words = error instanceof Error ? error.message : String(error);
  const message = `The call to ${hostOf(context.baseUrl)} failed: ${clean(words, context)}`;
  return new ModelError("bad-reply", message, { retryable: false });
}

/** A request that got no answer: no network, wrong address, or no CORS. */
export function unanswered(context: ErrorContext, cause: unknown): ModelError {
  const message = `Nothing answered at ${context.baseUrl}, or it does not allow requests from this page (CORS).`;
  return new ModelError("unreachable", message, { retryable: true, cause });
}

/** The person stopped the call. */
export function aborted(): ModelError {
  return new ModelError("aborted", "Stopped.", { retryable: false });
}

interface Refusal {
  /** undefined: a reply broke off without a status. */
  status: number | undefined;
  headers: HeaderLookup;
  /** What the endpoint says, for people; "" when nothing. */
  words: string;
  /** Its machine-readable code and type, joined. */
  marks: string;
}

function classify(refusal: Refusal, context: ErrorContext): ModelError {
  const { status, words, marks } = refusal;
  const all = `${marks} ${words}`;
  const host = hostOf(context.baseUrl);
  const tag = status === undefined ? "" : ` (${status})`;
  const refuse = (code: ErrorCode, message: string) =>
    describe(refusal, context, { code, message, retryable: false });
  const postpone = (code: ErrorCode, message: string) =>
    describe(refusal, context, { code, message, retryable: true });

  if (status === 401 || status === 403)
    return refuse("unauthorized", unauthorizedWords(status, host, context));
  if (status === 402 || (NO_CREDIT.test(all) && !PASSING_QUOTA.test(words))) {
    return refuse(
      "bad-request",
      `The account at ${host} has no credit or quota left${tag}. Add credit there, or choose another endpoint in Settings.`,
    );
  }
  if (saysContextOverflow(all)) {
    return refuse("context-overflow", `The conversation is longer than ${modelWords(context)} takes.`);
  }
  if (status === 404) {
    return refuse(
      "bad-request",
      `${host} does not know ${modelWords(context)}, or ${context.baseUrl} is not where its API is (404). Check the model's name and the base URL in Settings; most base URLs end in /v1.`,
    );
  }
  if (status === 413) return refuse("context-overflow", `The request is larger than ${host} takes (413).`);
  if (status === 429) return postpone("rate-limited", `${host} is limiting how often it may be asked (429).`);
  if (marks.includes("upstream_unreachable"))
    return postpone("unreachable", `The server could not reach ${host}.`);
  // The endpoint had accepted the request, so what broke is on its side unless it says otherwise.
  if (status === undefined) return postpone("server-error", `${host} broke off its reply with an error.`);
  if (status === 408 || status === 409 || status >= 500)
    return postpone("server-error", `${host} had an error${tag}.`);
  return refuse("bad-request", `${host} refused the request${tag}.`);
}

function describe(
  refusal: Refusal,
  context: ErrorContext,
  error: { code: ErrorCode; message: string; retryable: boolean },
): ModelError {
  const said = refusal.words === "" ? "" : ` It said: ${clean(refusal.words, context)}`;
  const wait = error.retryable
    ? readRetryAfter(refusal.headers, refusal.words, context.now ?? Date.now())
    : undefined;
  return new ModelError(error.code, `${error.message}${said}`, {
    retryable: error.retryable,
    ...(refusal.status === undefined ? {} : { status: refusal.status }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function unauthorizedWords(status: number, host: string, context: ErrorContext): string {
  if (context.apiKey === null || context.apiKey === "") {
    return `${host} asks for a key, and none is set (${status}). Enter one in Settings.`;
  }
  const model = status === 403 ? `, and that it may use ${modelWords(context)}` : "";
  return `${host} did not accept the key (${status}). Check the key in Settings${model}.`;
}

function modelWords(context: ErrorContext): string {
  return context.model === "" ? "the model" : `the model ${context.model}`;
}

/** Host and port of a base URL; the text itself when it is no URL. */
export function hostOf(baseUrl: string): string {
  try {
    return new URL(baseUrl).host;
  } catch {
    return baseUrl;
  }
}

function readBody(body: string): { words: string; marks: string } {
  const json = parse(body);
  if (json !== undefined) return readError(isFields(json) && json["error"] ? json["error"] : json);
  // A proxy's error page is markup nobody wants to read; its title says what it is.
  if (/^\s*</.test(body)) return { words: /<title[^>]*>([^<]*)</i.exec(body)?.[1]?.trim() ?? "", marks: "" };
  return { words: body.trim(), marks: "" };
}

function readError(error: unknown): { words: string; marks: string } {
  if (typeof error === "string") return { words: error, marks: "" };
  if (Array.isArray(error)) return readError(error[0]);
  if (!isFields(error)) return { words: "", marks: "" };
  const marks = ["code", "type", "status"].map((key) => textAt(error, key)).join(" ");
  return { words: messageOf(error), marks };
}

function messageOf(error: Fields): string {
  const plain = textAt(error, "message") || textAt(error, "detail") || textAt(error, "error");
  const metadata = error["metadata"];
  // A gateway's own message is often only "Provider returned error"; the provider's words are beside it.
  const raw = isFields(metadata) ? textAt(metadata, "raw") : "";
  if (plain !== "") return raw === "" ? plain : `${plain}: ${raw}`;
  const nested = error["error"] ?? error["message"] ?? error["detail"];
  if (isFields(nested)) return messageOf(nested) || JSON.stringify(nested);
  return nested === undefined ? "" : JSON.stringify(nested);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An endpoint's words, one line, cut, and with the key taken out should it have been echoed. */
function clean(words: string, context: ErrorContext): string {
  let line = words.replaceAll(/\s+/g, " ").trim();
  const key = context.apiKey;
  if (key) {
    const spellings = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), base64Of(key)];
    for (const spelling of spellings) line = line.replaceAll(spelling, "[key]");
  }
  const characters = [...line];
  return characters.length <= MAX_MESSAGE ? line : `${characters.slice(0, MAX_MESSAGE).join("")}…`;
}

function base64Of(key: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(key)));
}
