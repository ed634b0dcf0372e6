import { afterAll, afterEach, beforeAll, expect } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import type { SyncLimits } from "../../../sync-server/routes/sync/sync-env.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import { DATABASE_KINDS } from "../databases/databases.ts";
import { SyncBrowser, type SyncBrowserOptions } from "./sync-browser.ts";
import { listenSync, type ListeningSync } from "./sync-server.ts";

/** A real server on SQLite for the tests of a `describe`, and browsers that are closed after each. */
export interface SyncBench {
  readonly url: string;
  readonly database: Database;
  /** A new browser, without an account. */
  browser(options?: Partial<SyncBrowserOptions>): SyncBrowser;
  /** Two browsers signed in to one new account. */
  two(
    options?: [Partial<SyncBrowserOptions>?, Partial<SyncBrowserOptions>?],
  ): Promise<{ a: SyncBrowser; b: SyncBrowser; secret: string }>;
}

export const SOON = { timeout: 5_000, interval: 20 };

/** Resolves when a browser says that everything is synced. It may say so of before a change that was just made. */
export async function synced({ sync }: SyncBrowser): Promise<void> {
  await expect.poll(() => sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
}

/** Until nothing more happens: what one brings may have another answer. */
export async function rest(...all: SyncBrowser[]): Promise<void> {
  for (let round = 0; round < 4; round += 1)
    for (const one of all) {
      await one.sync.syncNow();
      await synced(one);
    }
}

/** To be called inside a `describe`. No test may leave a mistake reported. */
export function useSyncBench(limits: Partial<SyncLimits> = {}): SyncBench {
  const open: SyncBrowser[] = [];
  let kind: Awaited<ReturnType<(typeof DATABASE_KINDS)[number]["start"]>> | null = null;
  let database: Database | null = null;
  let server: ListeningSync | null = null;

  beforeAll(async () => {
    const [sqlite] = DATABASE_KINDS;
    if (!sqlite) throw new Error("There is no database.");
    kind = await sqlite.start();
    database = await openDatabase(await kind.newDatabase());
    server = await listenSync(database, { limits });
  });
  afterEach(async () => {
    const browsers = open.splice(0);
    await Promise.all(browsers.map((one) => one.close()));
    for (const one of browsers) expect(one.reported).toEqual([]);
  });
  afterAll(async () => {
    await server?.stop();
    await database?.close();
    await kind?.stop();
  });

  const bench: SyncBench = {
    get url() {
      if (!server) throw new Error("The server runs inside a test.");
      return server.url;
    },
    get database() {
      if (!database) throw new Error("The database is there inside a test.");
      return database;
    },
    browser(options = {}) {
      const made = new SyncBrowser({ server: bench.url, ...options });
      open.push(made);
      return made;
    },
    async two([first = {}, second = {}] = []) {
      const [a, b] = [bench.browser(first), bench.browser(second)];
      const { secret } = await a.sync.create("first");
      await b.sync.signIn(secret, "second");
      await Promise.all([a.sync.syncNow(), b.sync.syncNow()]);
      return { a, b, secret };
    },
  };
  return bench;
}
