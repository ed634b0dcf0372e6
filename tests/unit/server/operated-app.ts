import { createHash, randomBytes } from "node:crypto";

import { createApp } from "../../../sync-server/app.ts";
import { loadAssets } from "../../../sync-server/assets.ts";
import { readConfig, resolveConfig } from "../../../sync-server/config.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase, type DatabaseAddress } from "../../../sync-server/db/open.ts";
import { createLog } from "../../../sync-server/log.ts";
import { APP, temporaryBuild } from "./fixture.ts";

/** Where a request comes from, and what it brings. */
interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** In the place of a JSON body. */
  bytes?: Uint8Array;
  from?: string;
  token?: string;
}

const dist = temporaryBuild();

/** The whole app with accounts over a database, without a socket. `logged` is every line so far, at the most talkative level. */
export async function operatedApp(address: DatabaseAddress, environment: Record<string, string> = {}) {
  const database = await openDatabase(address);
  return { ...servedApp(database, environment), database, close: () => database.close() };
}

/** The same over a database that is open. */
export function servedApp(database: Database, environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const log = createLog("trace", { write: (line: string) => void lines.push(line) });
  const start = readConfig(environment);
  const limits = {
    registration: "open" as const,
    spaceBytes: start.sync?.spaceBytes ?? 1024 * 1024 * 1024,
    fetchesPerMinute: 10,
    fetchBytesPerHour: start.sync?.fetchBytesPerHour ?? 1024 * 1024 * 1024,
    proxiesForAccounts: start.sync?.proxiesForAccounts ?? false,
    proxies: start.proxies,
    modelKeys: start.sync?.modelKeys ?? null,
    identityHeader: null,
  };
  const app = createApp({
    config: resolveConfig(start, start.port),
    assets: loadAssets(dist),
    log,
    fetch: globalThis.fetch,
    sync: { database, limits },
  });

  const ask = async (
    path: string,
    { method = "GET", headers = {}, body, bytes, from, token }: Asked = {},
  ) => {
    const all = {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const sent = bytes ? new Uint8Array(bytes) : body === undefined ? undefined : JSON.stringify(body);
    const init = { method, headers: all, ...(sent === undefined ? {} : { body: sent }) };
    const env = { incoming: { socket: { remoteAddress: from ?? "192.0.2.1" } } };
    return app.request(new URL(path, APP).href, init, env);
  };

  const newPerson = async (name = "laptop") => {
    const authKey = randomBytes(32).toString("base64url");
    const authHash = createHash("sha256").update(authKey).digest("hex");
    const reply = await ask("/v1/accounts", { method: "POST", body: { authHash, name } });
    const { token, homeSpace } = (await reply.json()) as { token: string; homeSpace: string };
    return { authKey, authHash, token, homeSpace };
  };

  return { app, ask, newPerson, database, logged: () => lines.join(""), lines };
}
