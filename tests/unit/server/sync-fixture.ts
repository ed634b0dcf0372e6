import { createHash, randomBytes } from "node:crypto";

import { stampAt } from "../../../src/domain/clock-stamp.ts";
import type { OpResult, PullReply, PushOp } from "../../../src/domain/sync-protocol.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import type { FetchParts } from "../../../sync-server/routes/sync/fetch.ts";
import { syncApi } from "../../../sync-server/routes/sync/sync-api.ts";
import type { SyncLimits } from "../../../sync-server/routes/sync/sync-env.ts";
import { fetchParts, syncLimits } from "../../support/sync/sync-limits.ts";

/** Someone with an account and a device. */
export interface Person {
  authKey: string;
  token: string;
  accountId: string;
  homeSpace: string;
  deviceId: string;
}

interface CallOptions {
  token?: string;
  body?: unknown;
  /** In the place of a JSON body. */
  bytes?: Uint8Array;
  /** The address it comes from. */
  from?: string;
  headers?: Record<string, string>;
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
}

/** One server on a database: its API as programs call it. */
export class SyncServer {
  readonly database: Database;
  now = Date.now();
  readonly #api: ReturnType<typeof syncApi>;

  constructor(database: Database, limits: Partial<SyncLimits> = {}, network: Partial<FetchParts> = {}) {
    this.database = database;
    const all = syncLimits({ proxies: new Set(["198.51.100.1"]), ...limits });
    const proxy = { ...fetchParts(all), ...network };
    const urlOfSite = (id: string) => `http://${id}.sites.test/`;
    this.#api = syncApi({ database, limits: all, urlOfSite, proxy, now: () => this.now });
  }

  async raw(method: string, path: string, options: CallOptions = {}) {
    const headers: Record<string, string> = { ...options.headers };
    if (options.token !== undefined) headers["authorization"] = `Bearer ${options.token}`;
    if (options.body !== undefined) headers["content-type"] = "application/json";
    const init = {
      method,
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.bytes === undefined ? {} : { body: new Uint8Array(options.bytes) }),
    };
    const env = {
      entry: { route: "" },
      incoming: { socket: { remoteAddress: options.from ?? "192.0.2.1" } },
    };
    return this.#api.request(path, init, env);
  }

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<T>> {
    const reply = await this.raw(method, path, options);
    const text = await reply.text();
    return { status: reply.status, body: (text === "" ? {} : JSON.parse(text)) as T };
  }

  async newPerson(name = "first"): Promise<Person> {
    const authKey = randomBytes(32).toString("base64url");
    const authHash = createHash("sha256").update(authKey).digest("hex");
    const { status, body } = await this.call<Granted>("POST", "/accounts", { body: { authHash, name } });
    if (status !== 201) throw new Error(`No account: ${status} ${JSON.stringify(body)}`);
    return personOf(authKey, body);
  }

  async newDevice(person: Person, name: string, scopes?: string[]): Promise<Person> {
    const body = { authKey: person.authKey, name, ...(scopes ? { scopes } : {}) };
    const made = await this.call<Granted>("POST", "/devices", { body });
    if (made.status !== 201) throw new Error(`No device: ${made.status}`);
    return personOf(person.authKey, made.body);
  }

  push(person: Person, ops: PushOp[], space = person.homeSpace) {
    return this.call<{ results: OpResult[]; headSeq: number }>("POST", `/spaces/${space}/push`, {
      token: person.token,
      body: { ops },
    });
  }

  async pull(person: Person, cursor?: string, limit = 500, space = person.homeSpace) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
    return this.call<PullReply>("GET", `/spaces/${space}/pull?${query}`, { token: person.token });
  }

  /** Everything in a space, page by page. */
  async pullAll(person: Person, limit = 500, space = person.homeSpace): Promise<PullReply["items"]> {
    const items: PullReply["items"] = [];
    let cursor: string | undefined;
    for (;;) {
      const { body } = await this.pull(person, cursor, limit, space);
      items.push(...body.items);
      cursor = body.cursor;
      if (!body.more) return items;
    }
  }
}

interface Granted {
  accountId: string;
  homeSpace: string;
  token: string;
  device: { id: string };
}

function personOf(authKey: string, { accountId, homeSpace, token, device }: Granted): Person {
  return { authKey, token, accountId, homeSpace, deviceId: device.id };
}

let count = 0;

/** An operation with an id and stamp of its own; later ones are newer. */
export function op(changes: Partial<PushOp> = {}): PushOp {
  count += 1;
  return {
    id: `item-${count}`,
    class: "add",
    stamp: stampAt(1_700_000_000_000 + count),
    body: "text",
    ...changes,
  };
}
