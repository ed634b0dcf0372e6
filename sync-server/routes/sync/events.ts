import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Notice } from "../../sync/notices.ts";
import { bearerOf, requireScope } from "./guards.ts";
import { refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

/** How often a stream looks whether its token still counts and which spaces there are. Milliseconds. */
const LOOK_MS = 5_000;
/** A quiet stream says something this often, so that nothing in between ends it. Milliseconds. */
const QUIET_MS = 20_000;

/** The live notice: which spaces have changes, as server-sent events. */
export function eventRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/events",
      security: [{ device: [] }],
      middleware: requireScope(parts, "sync"),
      responses: {
        200: {
          description:
            "`heads` once and when the spaces are others: {space: number}. `changed`: {space, headSeq}. It ends when the token is revoked.",
          content: { "text/event-stream": {} },
        },
        ...refusals,
      },
    }),
    (context) => {
      const token = bearerOf(context) ?? "";
      const stream = new EventStream(parts, context.get("caller").accountId, token);
      return new Response(stream.body, {
        headers: {
          "content-type": "text/event-stream",
          "cache-control": "no-store",
          "x-accel-buffering": "no",
        },
      }) as never;
    },
  );
}

class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #parts: SyncParts;
  readonly #accountId: string;
  readonly #token: string;
  #homeSpace: string | null = null;
  readonly #stops = new Map<string, () => void>();
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #askedMeanwhile = false;
  #lastSaid = 0;
  readonly #ended: () => void;
  #forget: () => void = () => undefined;

  constructor(parts: SyncParts, accountId: string, token: string) {
    this.#parts = parts;
    this.#accountId = accountId;
    this.#token = token;
    this.#ended = parts.metrics.streamOpened();
    this.body = new ReadableStream<Uint8Array>({
      start: async (controller) => {
        this.#controller = controller;
        // Whoever listens asks again, and comes to a server that does not stop.
        this.#forget = parts.notices.whenClosed(() => this.#end());
        await this.#look();
      },
      cancel: () => this.#end(),
    });
  }

  async #look(): Promise<void> {
    this.#timer = null;
    try {
      if (!(await this.#parts.authenticator.callerOf(this.#token))) return this.#end();
      this.#homeSpace ??= (await this.#parts.accounts.byId(this.#accountId))?.homeSpace ?? null;
      const heads = await this.#parts.spaces.headsOf(this.#accountId);
      // Whoever read it may have gone meanwhile; nobody would end what is begun after that.
      if (!this.#controller) return;
      if (heads.size !== this.#stops.size || [...heads.keys()].some((id) => !this.#stops.has(id)))
        this.#follow(heads);
      if (Date.now() - this.#lastSaid >= QUIET_MS) this.#say(":\n\n");
    } catch {
      // The database is away. The stream ends, and whoever wants it asks again.
      return this.#end();
    }
    const again = this.#askedMeanwhile ? 0 : LOOK_MS;
    this.#askedMeanwhile = false;
    this.#timer = setTimeout(() => void this.#look(), again);
  }

  #lookSoon(): void {
    if (this.#timer === null) {
      this.#askedMeanwhile = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), 0);
  }

  #follow(heads: ReadonlyMap<string, number>): void {
    this.#tell("heads", Object.fromEntries(heads));
    for (const [id, stop] of this.#stops) {
      if (heads.has(id)) continue;
      stop();
      this.#stops.delete(id);
    }
    for (const [id, head] of heads) {
      if (this.#stops.has(id)) continue;
      const listener = (notice: Notice): void => {
        this.#tell("changed", notice);
        // It is raised with every new space of the account.
        if (id === this.#homeSpace) this.#lookSoon();
      };
      this.#stops.set(id, this.#parts.notices.listen(id, head, listener));
    }
  }

  #tell(event: string, data: unknown): void {
    this.#say(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #say(text: string): void {
    this.#lastSaid = Date.now();
    this.#controller?.enqueue(this.#encoder.encode(text));
  }

  #end(): void {
    this.#ended();
    this.#forget();
    if (this.#timer) clearTimeout(this.#timer);
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
    const controller = this.#controller;
    this.#controller = null;
    try {
      controller?.close();
    } catch {
      // The reader has ended it already.
    }
  }
}
