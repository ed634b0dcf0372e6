import type { GitHttpRequest, GitHttpResponse, HttpClient } from "isomorphic-git";
import { OkcvmError, throwIfAborted } from "../../domain/errors.ts";
import type { TransferProgress } from "../../domain/git-remote.ts";

/** What every exchange with a remote takes. */
export interface ExchangeOptions {
  http: HttpClient;
  signal: AbortSignal;
  onProgress: (progress: TransferProgress) => void;
}

interface ExchangeLimits extends ExchangeOptions {
  host: string;
  /** The most an answer may hold, in bytes. */
  maxBytes: number;
}

/** isomorphic-git's HTTP plugin for one exchange. */
export interface RemoteExchange {
  http: HttpClient;
  /** Changes the list of refs before it is read again. */
  editRefs(edit: (list: Uint8Array) => Uint8Array): void;
  /** Rejects with `aborted` as soon as the signal fires, whatever the work is at. */
  untilAborted<T>(work: Promise<T>): Promise<T>;
}

/**
 * Wraps a plugin for one exchange: the list of refs is asked for once, answers
 * are bounded and must have come whole, and all of it ends with the signal.
 */
export function openExchange(options: ExchangeLimits): RemoteExchange {
  const { http, signal, onProgress } = options;
  let refs: { response: GitHttpResponse; list: Uint8Array } | null = null;

  async function request(asked: GitHttpRequest): Promise<GitHttpResponse> {
    throwIfAborted(signal);
    if (asked.method !== "GET") {
      const sends = asked.url.endsWith("/git-receive-pack");
      if (sends) onProgress({ phase: "send", loaded: 0, total: null });
      const response = await http.request({ ...asked, signal });
      const received = (loaded: number) => {
        if (!sends) onProgress({ phase: "receive", loaded, total: null });
      };
      return { ...response, body: wholeAnswer(response.body, options, received) };
    }
    if (refs === null) {
      onProgress({ phase: "connect", loaded: 0, total: null });
      const response = await http.request({ ...asked, signal });
      refs = { response, list: await collect(response.body, options) };
    }
    return { ...refs.response, body: once(refs.list) };
  }

  return {
    http: { request },
    editRefs(edit) {
      if (refs) refs.list = edit(refs.list);
    },
    async untilAborted(work) {
      let stop: () => void = () => undefined;
      const aborted = new Promise<never>((_, reject) => {
        const onAbort = () => reject(signal.reason as Error);
        if (signal.aborted) onAbort();
        signal.addEventListener("abort", onAbort, { once: true });
        stop = () => signal.removeEventListener("abort", onAbort);
      });
      try {
        return await Promise.race([work, aborted]);
      } catch (error) {
        // However the work ended when it was stopped.
        throwIfAborted(signal);
        throw error;
      } finally {
        stop();
      }
    },
  };
}

/** The answer to Git's exchange: it ends with a flush packet, which a connection that was cut lacks. */
async function* wholeAnswer(
  body: AsyncIterable<Uint8Array> | undefined,
  limits: ExchangeLimits,
  received: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let end = "";
  let bytes = 0;
  for await (const chunk of bounded(body, limits)) {
    bytes += chunk.byteLength;
    received(bytes);
    end = (end + String.fromCharCode(...chunk.subarray(-4))).slice(-4);
    yield chunk;
  }
  if (end !== "0000") {
    throw new OkcvmError("bad-reply", `${limits.host} broke its answer off in the middle. Try again.`);
  }
}

async function* bounded(
  body: AsyncIterable<Uint8Array> | undefined,
  { host, maxBytes }: ExchangeLimits,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      const most = Math.floor(maxBytes / 1024 / 1024);
      throw new OkcvmError(
        "too-large",
        `${host} sends more than ${most} MB, the most this app takes. Import less of its history.`,
      );
    }
    yield chunk;
  }
}

async function collect(
  body: AsyncIterable<Uint8Array> | undefined,
  limits: ExchangeLimits,
): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of bounded(body, limits)) parts.push(new Uint8Array(chunk));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
