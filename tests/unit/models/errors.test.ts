import { describe, expect, test } from "vitest";
import { fromHttpFailure, type ErrorContext } from "../../../src/models/errors.ts";

const CONTEXT: ErrorContext = {
  baseUrl: "https://api.example.com/v1",
  model: "big-1",
  apiKey: "sk-1",
  now: Date.UTC(2026, 0, 1),
};

function fail(status: number, body: unknown, headers: Record<string, string> = {}, context = CONTEXT) {
  return fromHttpFailure(
    { status, headers: new Headers(headers), body: typeof body === "string" ? body : JSON.stringify(body) },
    context,
  );
}

describe("words and codes", () => {
  test("a key that is refused, and one that is missing", () => {
    expect(fail(401, {})).toMatchObject({
      code: "unauthorized",
      retryable: false,
      message: "api.example.com did not accept the key (401). Check the key in Settings.",
    });
    expect(fail(403, {}).message).toContain("may use the model big-1");
    expect(fail(401, {}, {}, { ...CONTEXT, apiKey: null }).message).toBe(
      "api.example.com asks for a key, and none is set (401). Enter one in Settings.",
    );
  });

  test.each([
    [402, "Insufficient Balance"],
    [429, { error: { code: "insufficient_quota", message: "You exceeded your current quota" } }],
    [429, { error: { type: "exceeded_current_quota_error", message: "suspended" } }],
    [400, { error: { message: "Your credit balance is too low" } }],
  ])("no credit (%i %o) is not tried again", (status, body) => {
    const error = fail(status, body);
    expect(error).toMatchObject({ code: "bad-request", retryable: false, status });
    expect(error.message).toContain("no credit or quota left");
  });

  test("a quota that comes back soon is a rate limit", () => {
    const error = fail(429, [
      { error: { message: "You exceeded your current quota. Please retry in 13.5s." } },
    ]);
    expect(error).toMatchObject({ code: "rate-limited", retryable: true, retryAfterMs: 13_500 });
  });

  test("404 names the model and the path", () => {
    const { message } = fail(404, { error: { message: "model not found" } });
    expect(message).toContain("the model big-1");
    expect(message).toContain("https://api.example.com/v1");
  });

  test.each([
    [408, "server-error", true],
    [409, "server-error", true],
    [500, "server-error", true],
    [529, "server-error", true],
    [400, "bad-request", false],
    [422, "bad-request", false],
    [413, "context-overflow", false],
  ] as const)("%i is %s", (status, code, retryable) => {
    expect(fail(status, "")).toMatchObject({ code, retryable, status });
  });

  test("the pass-through's own failure names the endpoint", () => {
    const error = fail(502, { error: { message: "connect ECONNREFUSED", code: "upstream_unreachable" } });
    expect(error).toMatchObject({ code: "unreachable", retryable: true });
  });

  test("an endpoint's message is found in its many places and cut", () => {
    expect(fail(400, { detail: [{ msg: "bad field" }] }).message).toContain("bad field");
    expect(fail(400, { message: "top" }).message).toContain("It said: top");
    expect(fail(400, { error: "plain" }).message).toContain("It said: plain");
    expect(
      fail(502, { error: { message: "Provider returned error", metadata: { raw: "inner" } } }).message,
    ).toContain("Provider returned error: inner");
    const long = fail(400, "y".repeat(9000)).message;
    expect(long.length).toBeLessThan(600);
    expect(long).toContain(`${"y".repeat(500)}…`);
  });
});

describe("retry-after", () => {
  test.each([
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 1500],
    [{ "retry-after": "2.5" }, 2500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "x-ratelimit-reset": String(Date.UTC(2026, 0, 1) + 4000) }, 4000],
    [{ "x-ratelimit-reset": String(Date.UTC(2026, 0, 1) / 1000 + 5) }, 5000],
    [{ "x-ratelimit-reset": "12" }, 12_000],
    [
      {
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1m30s",
        "x-ratelimit-remaining-tokens": "5",
        "x-ratelimit-reset-tokens": "1h",
      },
      90_000,
    ],
    [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms" }, 120],
    [{ "retry-after": "soon" }, undefined],
  ] as [Record<string, string>, number | undefined][])("%o", (headers, wait) => {
    expect(fail(429, {}, headers).retryAfterMs).toBe(wait);
  });

  test.each([
    ["Please try again in 20s.", 20_000],
    ["Please try again in 350ms.", 350],
    ["retry after 2 minutes", 120_000],
    ["Retry your request after 3 seconds", 3000],
  ])("in words: %s", (message, wait) => {
    expect(fail(429, { error: { message } }).retryAfterMs).toBe(wait);
  });
});

const OVERFLOWS = [
  "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  "Your input exceeds the context window of this model.",
  "prompt is too long: 210000 tokens > 200000 maximum",
  "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
  "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  "Input is too long for requested model.",
  "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
  "Please reduce the length of the messages or completion.",
  "the request exceeds the available context size, try increasing it",
  "The number of tokens to keep from the initial prompt is greater than the context length.",
  "Trying to keep the first 5000 tokens when context the overflows.",
  "Invalid request: Your request exceeded model token limit: 262144",
  "prompt token count of 140000 exceeds the limit of 128000",
  "invalid params, context window exceeds limit (2013)",
  "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
  "Prompt exceeds max length",
  "The decoder prompt (length 9000) is longer than the maximum model length of 8192.",
  "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
  "Range of input length should be [1, 30720]",
  "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097.",
  "too many tokens: size limit exceeded by 12 tokens",
  "prompt too long; exceeded max context length by 4 tokens",
  "length of prompt_tokens (9000) must be less than max_seq_len (8192).",
  "Total tokens of image and text exceed max message tokens",
  "Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 41000.",
];

describe("a request longer than the model takes", () => {
  test.each(OVERFLOWS)("%s", (message) => {
    expect(fail(400, { error: { message } })).toMatchObject({ code: "context-overflow", retryable: false });
  });

  test("by code alone, and with other statuses", () => {
    expect(fail(400, { error: { code: "context_length_exceeded", message: "no" } }).code).toBe(
      "context-overflow",
    );
    expect(fail(429, { error: { message: OVERFLOWS.at(-1) } }).code).toBe("context-overflow");
    expect(fail(500, { error: { message: OVERFLOWS[8] } }).code).toBe("context-overflow");
  });

  test.each([
    "Invalid value for temperature",
    "messages: field required",
    "The model does not support images",
    "Rate limit reached for requests",
    "Invalid max_tokens value",
  ])("is not: %s", (message) => {
    expect(fail(400, { error: { message } }).code).toBe("bad-request");
  });
});
