import { describe, expect, it } from "vitest";

import { rest, SOON, synced, useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

describe("a browser that signs out and in again", () => {
  const bench = useSyncBench();

  /** Two browsers of an account that both have a conversation, with files too. */
  async function two() {
    const { a, b, secret } = await bench.two();
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await a.conversations.rename(id, "First");
    const files = await a.openFiles(id);
    await files.workspace.write("file", "f");
    await files.workspace.snapshot("File");
    await expect.poll(() => a.store.filesWaiting(), SOON).toEqual([]);
    await expect.poll(() => titleOf(b, id), SOON).toBe("First");
    await expect.poll(() => b.texts(id), SOON).toHaveLength(2);
    await synced(a);
    await synced(b);
    return { a, b, id, secret };
  }
  const titleOf = async (one: SyncBrowser, id: string) => (await one.conversations.get(id))?.title;
  const setPrompt = async ({ settings }: SyncBrowser, systemPrompt: string) =>
    settings.save({ ...(await settings.load()), systemPrompt });

  it("does not put its old title over a newer one", async () => {
    const { a, b, id, secret } = await two();
    const files = await b.openFiles(id);
    await expect.poll(() => files.workspace.readText("file").catch(() => null), SOON).toBe("f");
    await b.sync.signOut();
    await files.workspace.write("of-b", "b");
    await a.conversations.rename(id, "Second");
    await synced(a);
    await b.sync.signIn(secret, "again");
    await expect.poll(() => titleOf(b, id), SOON).toBe("Second");
    await rest(a, b);
    expect([await titleOf(a, id), await titleOf(b, id)]).toEqual(["Second", "Second"]);
  });

  it("keeps a title it gave after the other's, signed in or not", async () => {
    for (const isOut of [false, true]) {
      const { a, b, id, secret } = await two();
      await a.conversations.rename(id, "Of a");
      await synced(a);
      await expect.poll(() => titleOf(b, id), SOON).toBe("Of a");
      if (isOut) await b.sync.signOut();
      else b.goOffline();
      await b.conversations.rename(id, "Of b");
      // What is said in the other browser is later, and no other title.
      await a.say(id, "more");
      await synced(a);
      b.goOnline();
      if (!isOut) await b.sync.signOut();
      await b.sync.signIn(secret, "again");
      await expect.poll(() => titleOf(a, id), SOON).toBe("Of b");
      await rest(a, b);
      expect([await titleOf(a, id), await titleOf(b, id)]).toEqual(["Of b", "Of b"]);
    }
  });

  it("sends settings that were changed while the server knew it no more", async () => {
    const { a, b, secret } = await bench.two();
    await setPrompt(a, "of a");
    await expect.poll(async () => (await b.settings.load()).systemPrompt, SOON).toBe("of a");
    const devices = await a.sync.devices();
    const other = devices.find(({ current }) => !current);
    await a.sync.revokeDevice(other?.id ?? "");
    await setPrompt(b, "of b");
    await expect.poll(() => b.sync.status().state, { timeout: 15_000 }).toBe("error");
    await b.sync.signIn(secret, "again");
    await expect.poll(async () => (await a.settings.load()).systemPrompt, SOON).toBe("of b");
    await rest(a, b);
    expect((await b.settings.load()).systemPrompt).toBe("of b");
  }, 30_000);

  it("takes nothing from the account by tidying up the copies that stayed", async () => {
    const { a, b, id, secret } = await two();
    await b.sync.signOut();
    await b.conversations.delete(id);
    await a.say(id, "goes on");
    await b.sync.signIn(secret, "again");
    await expect.poll(() => b.texts(id), SOON).toHaveLength(4);
    await rest(a, b);
    for (const one of [a, b]) expect((await one.conversations.get(id))?.deletedAt).toBeNull();
  });

  it("brings nothing into a new account that was deleted before there was one", async () => {
    const a = bench.browser();
    const { id } = await a.conversations.create();
    await a.say(id, "gone");
    const files = await a.openFiles(id);
    await files.workspace.write("gone", "g");
    await files.close();
    await a.conversations.delete(id);
    // Nothing was said in another, which has files alone.
    const { id: silent } = await a.conversations.create();
    const others = await a.openFiles(silent);
    await others.workspace.write("gone", "too");
    await others.close();
    await a.conversations.delete(silent);
    const { secret } = await a.sync.create("first");
    await rest(a);
    const b = bench.browser();
    await b.sync.signIn(secret, "second");
    await rest(b);
    expect(await b.conversations.list()).toEqual([]);
    for (const one of [id, silent]) expect((await a.conversations.get(one))?.deletedAt).not.toBeNull();
  });

  it("deletes what it had deleted before it signed out", async () => {
    const { a, b, id, secret } = await two();
    b.goOffline();
    await b.conversations.delete(id);
    await b.sync.signOut();
    b.goOnline();
    await b.sync.signIn(secret, "again");
    await expect.poll(async () => (await a.conversations.get(id))?.deletedAt ?? null, SOON).not.toBeNull();
  });
});
