import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { MemoryTabs } from "../../support/ports/memory-tabs.ts";
import { SyncBrowser } from "../../support/sync/sync-browser.ts";
import { listenSync, type ListeningSync } from "../../support/sync/sync-server.ts";

const [sqlite] = DATABASE_KINDS;
const SOON = { timeout: 5_000, interval: 20 };

describe("two tabs with the same data", () => {
  let kind: Awaited<ReturnType<NonNullable<typeof sqlite>["start"]>>;
  let database: Database;
  let server: ListeningSync;
  let events = 0;
  const open: SyncBrowser[] = [];

  beforeAll(async () => {
    if (!sqlite) throw new Error("No database.");
    kind = await sqlite.start();
    database = await openDatabase(await kind.newDatabase());
    server = await listenSync(database);
  });
  afterEach(async () => {
    const browsers = open.splice(0);
    await Promise.all(browsers.map((one) => one.close()));
    for (const one of browsers) expect(one.reported).toEqual([]);
    events = 0;
  });
  afterAll(async () => {
    await server?.stop();
    await database?.close();
    await kind?.stop();
  });

  /** A tab, and another on its storage. */
  async function twoTabs(): Promise<{ first: SyncBrowser; second: SyncBrowser; secret: string }> {
    const tabs = new MemoryTabs();
    const counting: typeof fetch = (input, init) => {
      if (String(input).endsWith("/v1/events")) events += 1;
      return fetch(input, init);
    };
    const first = new SyncBrowser({ server: server.url, tabs, fetch: counting });
    const second = new SyncBrowser({ server: server.url, tabs, fetch: counting, sameAs: first });
    open.push(first, second);
    await second.sync.start();
    const { secret } = await first.sync.create("tabs");
    await first.sync.syncNow();
    await expect.poll(() => second.sync.account(), SOON).not.toBeNull();
    return { first, second, secret };
  }

  it("sync by one of them, whose word the other has", async () => {
    const { first, second } = await twoTabs();
    await expect.poll(() => second.sync.status().state, SOON).toBe("synced");
    expect(events).toBe(1);
    const { id } = await second.conversations.create();
    await second.say(id, "from the other tab");
    await second.sync.syncNow();
    expect(await first.store.pendingCount()).toBe(0);
    await expect.poll(() => second.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
    expect(events).toBe(1);
  });

  it("go on when the one that synced is closed", async () => {
    const { first, second, secret } = await twoTabs();
    await first.sync.close();
    const { id } = await second.conversations.create();
    await second.say(id, "alone");
    await expect.poll(() => second.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
    const other = new SyncBrowser({ server: server.url });
    open.push(other);
    await other.sync.signIn(secret, "other");
    await other.sync.syncNow();
    expect(await other.texts(id)).toEqual(["alone", "re: alone"]);
  });

  it("hear of it when the account is given up in one of them", async () => {
    const { first, second } = await twoTabs();
    await first.sync.signOut();
    await expect.poll(() => second.sync.status().state, SOON).toBe("off");
    expect(await second.sync.account()).toBeNull();
    await second.sync.create("again");
    await expect.poll(() => first.sync.status().state, SOON).toBe("synced");
  });
});
