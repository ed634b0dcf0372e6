import type { OpResult, PushOp } from "../../src/domain/sync-protocol.ts";
import type { Random } from "./random.ts";

export type RequestKind = "push" | "pull" | "events" | "blob" | "other";

/** How often what goes wrong, from 0 to 1. */
export interface Faults {
  /** The request never arrives. */
  lostRequest: number;
  /** The server does it, and the answer never arrives: the client asks again. */
  lostAnswer: number;
  /** The request arrives once more, later. */
  twice: number;
  /** The answer breaks off in the middle. */
  halfAnswer: number;
  /** The live notice breaks off soon. */
  cutEvents: number;
  /** Requests and answers wait up to this long, so that others overtake them. Milliseconds. */
  delayMs: number;
}

export const NO_FAULTS: Faults = {
  lostRequest: 0,
  lostAnswer: 0,
  twice: 0,
  halfAnswer: 0,
  cutEvents: 0,
  delayMs: 0,
};

/** A branch that was moved, as the server answered. */
export interface Moved {
  space: string;
  id: string;
  seq: number;
  expect: number | null;
}

const RECENT = 12;

interface Request {
  kind: RequestKind;
  url: string;
  init: RequestInit;
}

type Listener = (kind: RequestKind) => Promise<void> | void;

/** What lies between one browser and the server. */
export class Network {
  up = true;
  faults: Faults = NO_FAULTS;
  /** Called before a request goes out, which waits for it. */
  onRequest: Listener | null = null;
  /** Called when an answer has come, before the browser has it. */
  onAnswer: Listener | null = null;
  /** What the server answered that it must not. */
  readonly violations: string[] = [];
  readonly moved: Moved[] = [];
  /** The last requests and what was answered, for who looks for a fault. */
  readonly recent: string[] = [];
  /** Requests so far, and those of them that something happened to. */
  readonly counts = { requests: 0, faults: 0 };
  /** Raised when the server was set back: what it said before counts for nothing. */
  generation = 0;
  readonly #random: Random;
  readonly #pageSize: number;
  readonly #breaks = new Set<AbortController>();

  constructor(random: Random) {
    this.#random = random;
    // Small pages, so that a pull takes several.
    this.#pageSize = 2 + random.int(6);
  }

  cut(): void {
    this.up = false;
    for (const one of this.#breaks) one.abort(new TypeError("network error"));
    this.#breaks.clear();
  }

  /** For a page; after `kill` its requests have no end. */
  line(): { fetch: typeof globalThis.fetch; kill(): void } {
    const own = new Set<AbortController>();
    let dead = false;
    const never = new Promise<never>(() => {});
    const fetch: typeof globalThis.fetch = async (input, init = {}) => {
      if (dead) return never;
      if (!this.up) {
        await this.onRequest?.(kindOf(new URL(String(input))));
        throw new TypeError("network error");
      }
      const cut = new AbortController();
      own.add(cut);
      this.#breaks.add(cut);
      const signal = init.signal ? AbortSignal.any([init.signal, cut.signal]) : cut.signal;
      try {
        const answer = await this.#through(
          requestOf(String(input), { ...init, signal }, this.#pageSize),
          cut,
        );
        return dead ? never : answer;
      } catch (error) {
        if (dead) return never;
        throw error;
      }
    };
    const kill = (): void => {
      dead = true;
      for (const one of own) one.abort(new TypeError("network error"));
    };
    return { fetch, kill };
  }

  async #through(request: Request, cut: AbortController): Promise<Response> {
    const { faults } = this;
    this.counts.requests += 1;
    await this.onRequest?.(request.kind);
    await this.#delay(faults.delayMs);
    if (this.#happens(faults.lostRequest)) throw new TypeError("lost on the way");
    const { generation } = this;
    const answer = await fetch(request.url, request.init);
    const results = await this.#note(request, answer, generation);
    this.#remember(request, `${answer.status} ${results ? JSON.stringify(results) : ""}`);
    if (request.init.method !== "GET" && this.#happens(faults.twice)) {
      this.#again(request, results, generation).catch(() => {
        // Nobody waits for the answer of a request that came twice.
      });
    }
    await this.onAnswer?.(request.kind);
    if (request.kind === "events") {
      if (this.#happens(faults.cutEvents))
        setTimeout(() => cut.abort(new TypeError("network error")), 20 + this.#random.int(200));
      return answer;
    }
    await this.#delay(faults.delayMs);
    if (this.#happens(faults.lostAnswer)) throw new TypeError("the answer is lost");
    return this.#happens(faults.halfAnswer) ? half(answer) : answer;
  }

  /** The same request once more, a little later. */
  async #again(request: Request, first: OpResult[] | null, generation: number): Promise<void> {
    await this.#delay(40);
    const { signal: _, ...init } = request.init;
    const answer = await fetch(request.url, init);
    const second = await this.#note(request, answer, generation);
    if (!first || !second || generation !== this.generation) return;
    for (const [at, { id, status, seq }] of second.entries())
      if (status === "new" && first[at]?.status === "new")
        this.violations.push(`${id} was taken twice: first as ${first[at]?.seq}, then as ${seq}`);
  }

  /** Keeps what a push was answered. */
  async #note(request: Request, answer: Response, generation: number): Promise<OpResult[] | null> {
    if (request.kind !== "push" || !answer.ok) return null;
    const { results } = (await answer.clone().json()) as { results: OpResult[] };
    const { ops } = JSON.parse(String(request.init.body)) as { ops: PushOp[] };
    const space = /spaces\/([0-9a-f]+)\//.exec(request.url)?.[1] ?? "";
    for (const [at, op] of ops.entries()) {
      const { status, seq } = results[at] ?? {};
      if (generation === this.generation && op.class === "cas" && status === "new" && seq !== undefined)
        this.moved.push({ space, id: op.id, seq, expect: op.expect ?? null });
    }
    return results;
  }

  #remember({ url, init }: Request, answered: string): void {
    this.recent.push(`${init.method} ${new URL(url).pathname.slice(-70)}: ${answered}`);
    if (this.recent.length > RECENT) this.recent.shift();
  }

  #happens(share: number): boolean {
    const does = this.#random.chance(share);
    if (does) this.counts.faults += 1;
    return does;
  }

  #delay(most: number): Promise<void> {
    const ms = this.#random.next() * most;
    return most === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
  }
}

function kindOf({ pathname }: URL): RequestKind {
  if (pathname.includes("/blobs/")) return "blob";
  const end = pathname.split("/").at(-1);
  return end === "push" || end === "pull" || end === "events" ? end : "other";
}

function requestOf(address: string, init: RequestInit, pageSize: number): Request {
  const url = new URL(address);
  const kind = kindOf(url);
  if (kind === "pull") url.searchParams.set("limit", String(pageSize));
  return { kind, url: url.href, init };
}

/** An answer that breaks off after half of its bytes. */
async function half(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(new TypeError("terminated"));
      else controller.enqueue(bytes.slice(0, bytes.length / 2));
      sent = true;
    },
  });
  const { status, headers } = answer;
  return new Response(status === 204 ? null : body, { status, headers });
}
