import { describe, expect, it } from "vitest";

import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

const synced = (one: SyncBrowser) =>
  expect.poll(() => one.sync.status()).toMatchObject({ state: "synced", pending: 0 });

describe("a conversation of another account", () => {
  const bench = useSyncBench();

  /** A browser that has gone over to another account, with a conversation of the first. */
  async function moved() {
    const a = bench.browser();
    const { secret } = await a.sync.create("first");
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await a.conversations.rename(id, "Tides");
    await a.sync.syncNow();
    await a.sync.signOut();
    await a.sync.create("another account");
    await expect.poll(() => a.sync.status()).toMatchObject({ state: "error", error: { code: "exists" } });
    return { a, id, secret };
  }

  it("is named in the error", async () => {
    const { a } = await moved();
    expect(a.sync.status().error?.message).toMatch(/^“Tides” belongs to another account/);
    const files = await a.openFiles((await a.conversations.list())[0]?.id ?? "");
    await files.workspace.write("file", "1");
    await a.sync.syncNow();
    expect(a.sync.status().error?.message).toMatch(/^“Tides” belongs to another account/);
  });

  it("is in the way no more once it is deleted here, and is where it belongs all the same", async () => {
    const { a, id, secret } = await moved();
    await a.conversations.delete(id);
    await synced(a);
    const again = bench.browser({ sameAs: a });
    await a.close();
    await again.sync.start();
    await synced(again);
    await again.sync.signOut();
    await again.sync.signIn(secret, "first again");
    await synced(again);
    expect((await again.conversations.list()).map((one) => one.id)).toContain(id);
  });

  it("is in the way no more once it is gone for good, and is again when it is brought back", async () => {
    const { a, id } = await moved();
    await a.conversations.delete(id);
    await synced(a);
    await a.conversations.undelete(id);
    await expect.poll(() => a.sync.status()).toMatchObject({ state: "error", error: { code: "exists" } });
    await a.conversations.delete(id);
    await a.conversations.purge(id);
    await synced(a);
  });
});

describe("a conversation that has no room left", () => {
  const bench = useSyncBench({ spaceBytes: 20_000 });

  it("is named, for messages and for files, with what helps", async () => {
    const a = bench.browser();
    await a.sync.create("first");
    const { id } = await a.conversations.create();
    await a.say(id, "x".repeat(30_000));
    await a.conversations.rename(id, "Tides");
    await expect.poll(() => a.sync.status().error?.code).toBe("storage-full");
    expect(a.sync.status().error?.message).toMatch(/^“Tides” has no room left on the server\..*as a ZIP/);

    const other = await a.conversations.create();
    await a.conversations.rename(other.id, "Floods");
    const files = await a.openFiles(other.id);
    const noise = crypto.getRandomValues(new Uint8Array(40_000));
    await files.workspace.write("noise", noise);
    await a.conversations.delete(id);
    await expect
      .poll(() => a.sync.status().error?.message, { timeout: 10_000 })
      .toMatch(/^“Floods” has no room/);
  });
});
