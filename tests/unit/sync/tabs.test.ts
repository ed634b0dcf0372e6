import { afterEach, describe, expect, it } from "vitest";

import { MemoryTabs } from "../../support/ports/memory-tabs.ts";
import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

const SOON = { timeout: 5_000, interval: 20 };

describe("two tabs with the same data", () => {
  const bench = useSyncBench();
  let events = 0;
  afterEach(() => {
    events = 0;
  });

  /** A tab, and another on its storage. */
  async function twoTabs(): Promise<{ first: SyncBrowser; second: SyncBrowser; secret: string }> {
    const tabs = new MemoryTabs();
    const counting: typeof fetch = (input, init) => {
      if (String(input).endsWith("/v1/events")) events += 1;
      return fetch(input, init);
    };
    const first = bench.browser({ tabs, fetch: counting });
    const second = bench.browser({ tabs, fetch: counting, sameAs: first });
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
    const other = bench.browser();
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
