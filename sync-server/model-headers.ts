import type { KeyMask } from "./models/key-mask.ts";
import type { Provider } from "./providers.ts";

const FORWARDED = ["content-type", "content-length", "accept", "openai-organization", "openai-project"];
/** OpenRouter names an app by these. */
const OPENROUTER = ["http-referer", "x-title"];
const RETURNED = new Set(["content-type", "retry-after", "retry-after-ms", "x-request-id"]);

/** The headers a provider gets: a short list, and the caller's key or else the server's. */
export function upstreamHeaders(from: Headers, provider: Provider): Headers {
  const names = provider.name === "openrouter" ? [...FORWARDED, ...OPENROUTER] : FORWARDED;
  const headers = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  const own = from.get("authorization");
  if (own !== null) headers.set("authorization", own);
  else if (provider.key !== null) headers.set("authorization", `Bearer ${provider.key}`);
  // A compressed stream would wait in the decompressor for more input before a token came out.
  headers.set("accept-encoding", "identity");
  return headers;
}

/** What a provider may say again of what it got. A caller's own key that is as short as a word is none. */
export function keysSent(sent: Headers, provider: Provider): string[] {
  const value = sent.get("authorization") ?? "";
  const key = value.slice(value.indexOf(" ") + 1).trim();
  const isSecret = key === provider.key || key.length >= MIN_KEY_CHARACTERS;
  return isSecret ? [key] : [];
}

/** Local servers take words for keys, such as "ollama", which a reply may well have. */
const MIN_KEY_CHARACTERS = 12;

/** The headers a client gets back. Lengths and encodings are not among them: fetch has undone the encoding. */
export function replyHeaders(from: Headers, mask: KeyMask): Headers {
  const headers = new Headers({ "cache-control": "no-store", "x-accel-buffering": "no" });
  for (const [name, value] of from) {
    if (RETURNED.has(name) || name.startsWith("x-ratelimit-")) headers.set(name, mask.text(value));
  }
  return headers;
}
