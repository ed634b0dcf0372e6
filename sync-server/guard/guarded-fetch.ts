import type { LookupAddress } from "node:dns";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkTarget, type GuardPolicy } from "./check-target.ts";
import { GuardError } from "./guard-error.ts";
import { idleWatch, type IdleWatch } from "./idle-watch.ts";
import { replyBody } from "./reply-body.ts";

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const BODILESS = new Set([204, 304]);
/** How a server tells that a request went through a server of this kind, which it may be itself. */
const VIA = "1.1 okcvm";

/** Headers that say what is asked for and by what program. Any other may be a secret between the caller and one host. */
const HARMLESS =
  /^(?:accept|accept-(?:charset|encoding|language)|cache-control|pragma|content-(?:type|language)|git-protocol|if-(?:match|none-match|modified-since|unmodified-since|range)|range|user-agent|via)$/;

/** A request to an address that a stranger chose. */
export interface GuardedRequest {
  method: "GET" | "HEAD" | "POST";
  /** Sent as they are; of another origin only those that are HARMLESS. */
  headers: Headers;
  /** A request with a body is not redirected, since it cannot be sent twice. */
  body?: ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
  /** The most a reply's body may be, after decompression. */
  maxBytes: number;
  /** How long resolving and connecting may take. */
  connectMs: number;
  /** How long nothing may move after that. */
  idleMs: number;
}

/** A reply's head, and its body as it comes. */
export interface GuardedReply {
  status: number;
  headers: Headers;
  /** Where it came from, after redirects. */
  url: URL;
  /** To be read to its end or cancelled. */
  body: ReadableStream<Uint8Array>;
}

/**
 * fetch for addresses that strangers choose: every hop's URL is checked, its
 * host is resolved and checked here, and the connection is made to the checked
 * addresses, so that no second answer of the name's can lead it elsewhere.
 * Errors: GuardError; the network's own; an abort's AbortError.
 */
export async function guardedFetch(
  target: URL,
  request: GuardedRequest,
  policy: GuardPolicy,
): Promise<GuardedReply> {
  let url = target;
  let headers = new Headers(request.headers);
  headers.append("via", VIA);
  // The peer would wait for it.
  if (!request.body) headers.delete("content-length");
  for (let hop = 0; ; hop += 1) {
    const addresses = await inTime(checkTarget(url, policy), request);
    const reply = await exchange(url, { ...request, headers }, addresses);
    const next = redirectOf(reply, request);
    if (next === null) return reply;
    await reply.body.cancel();
    if (hop === MAX_REDIRECTS) {
      throw new GuardError("redirects", `The address redirects more than ${MAX_REDIRECTS} times.`);
    }
    if (next.origin !== url.origin) headers = harmlessOf(headers);
    url = next;
  }
}

function harmlessOf(headers: Headers): Headers {
  return new Headers([...headers].filter(([name]) => HARMLESS.test(name)));
}

/** True for a request that a guarded fetch of this or another OKCVM server made: passing it on could go round for ever. */
export function cameAround(headers: Headers): boolean {
  return (
    headers
      .get("via")
      ?.split(",")
      .some((via) => via.trim() === VIA) ?? false
  );
}

/** null for a reply that is no redirect. */
function redirectOf({ status, headers, url }: GuardedReply, request: GuardedRequest): URL | null {
  const location = headers.get("location");
  if (!REDIRECTS.has(status) || location === null) return null;
  if (request.method === "POST") throw new GuardError("redirects", "The address redirects a POST request.");
  if (!URL.canParse(location, url.href))
    throw new GuardError("redirects", "The address redirects to nowhere.");
  return new URL(location, url.href);
}

async function exchange(
  url: URL,
  request: GuardedRequest,
  addresses: LookupAddress[],
): Promise<GuardedReply> {
  request.signal.throwIfAborted();
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const outgoing = send(url, {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    lookup: only(addresses),
    // A connection of its own: none that another name opened is taken up again.
    agent: false,
    signal: request.signal,
  });
  let peer: ClientRequest | IncomingMessage = outgoing;
  const watch = idleWatch(() => peer.destroy(silence(url)));
  watch.start(request.connectMs);
  outgoing.once("socket", (socket) => {
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => watch.start(request.idleMs));
  });
  outgoing.once("close", () => watch.rest());
  const answered = answer(outgoing);
  const reply = await Promise.race([answered, upload(outgoing, request, watch).then(() => answered)]);
  watch.rest();
  // Whoever reads the reply is to see the reason, which the request would keep to itself now.
  peer = reply;
  // Its headers may say of a body what they would say if there were one.
  const hasBody = request.method !== "HEAD" && !BODILESS.has(reply.statusCode ?? 0);
  if (hasBody && Number(reply.headers["content-length"] ?? 0) > request.maxBytes) {
    outgoing.destroy();
    throw new GuardError("too-large", `The reply is over its limit of ${request.maxBytes} bytes.`);
  }
  return {
    status: reply.statusCode ?? 0,
    headers: headersOf(reply),
    url,
    body: replyBody(reply, {
      isPacked: hasBody,
      maxBytes: request.maxBytes,
      idleMs: request.idleMs,
      watch,
      stop: () => reply.destroy(),
    }),
  };
}

function answer(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    // Without a listener of its own, it would end the request and tell nobody.
    outgoing.once("upgrade", (_reply, socket) => {
      socket.destroy();
      reject(new GuardError("unreadable", "The address answers in another protocol than was asked for."));
    });
    // Stays for later failures as well: those of the body reach its reader.
    outgoing.on("error", reject);
  });
}

async function upload(outgoing: ClientRequest, request: GuardedRequest, watch: IdleWatch): Promise<void> {
  if (!request.body) {
    outgoing.end();
    return;
  }
  const source = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]);
  await pipeline(source, (chunks) => watched(chunks, () => watch.start(request.idleMs)), outgoing);
}

async function* watched(chunks: AsyncIterable<Uint8Array>, moved: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    moved();
    yield chunk;
  }
}

/** A lookup that knows these addresses and asks nobody. */
function only(addresses: LookupAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? "", first?.family);
  };
}

async function inTime<T>(work: Promise<T>, { signal, connectMs }: GuardedRequest): Promise<T> {
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new GuardError("timeout", "The host's name could not be resolved in time.")),
      connectMs,
    );
    const aborted = () => reject(signal.reason as Error);
    signal.addEventListener("abort", aborted, { once: true });
    stop = () => (clearTimeout(timer), signal.removeEventListener("abort", aborted));
  });
  return Promise.race([work, stopped]).finally(() => stop());
}

function silence(url: URL): GuardError {
  return new GuardError("timeout", `${url.host} was silent for too long.`);
}

function headersOf(reply: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(reply.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
