import { describe, expect, it } from "vitest";

import { rest, SOON, synced, useSyncBench } from "../../support/sync/sync-bench.ts";
import type { OpenFiles, SyncBrowser } from "../../support/sync/sync-browser.ts";

describe("a conversation that is deleted in one browser", () => {
  const bench = useSyncBench();

  /** Two browsers that have all of a conversation with a file. */
  async function two() {
    const { a, b, secret } = await bench.two();
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await a.conversations.rename(id, "Named");
    const [fa, fb] = [await a.openFiles(id), await openOnceThere(b, id)];
    await fa.workspace.write("first", "1");
    await expect.poll(() => textOf(fb, "first"), SOON).toBe("1");
    await rest(a, b);
    return { a, b, id, fa, fb, secret };
  }
  const openOnceThere = async (one: SyncBrowser, id: string): Promise<OpenFiles> => {
    await expect.poll(() => one.conversations.get(id), SOON).toBeTruthy();
    return one.openFiles(id);
  };
  const textOf = ({ workspace }: OpenFiles, path: string) => workspace.readText(path).catch(() => null);
  /** Deletes it, and removes it for good before anyone hears of that. */
  const removeOffline = async (one: SyncBrowser, id: string): Promise<void> => {
    one.goOffline();
    await one.conversations.delete(id);
    await one.conversations.purge(id);
  };
  const listed = async (one: SyncBrowser) => (await one.conversations.list()).map(({ id }) => id);

  it("comes back where files were changed that its deleter had not seen: made offline", async () => {
    for (const isOpen of [true, false]) {
      const { a, b, id, fa, fb } = await two();
      await fa.close();
      b.goOffline();
      await fb.workspace.write("work", "w");
      if (!isOpen) await fb.close();
      await a.conversations.delete(id);
      await synced(a);
      b.goOnline();
      await expect.poll(() => listed(a), SOON).toEqual([id]);
      await rest(a, b);
      expect(await listed(b)).toEqual([id]);
      const again = await a.openFiles(id);
      await expect.poll(() => textOf(again, "work"), SOON).toBe("w");
    }
  });

  it("comes back where files were changed that its deleter had not seen: pushed before the deletion was", async () => {
    const { a, b, id, fa, fb } = await two();
    await fa.close();
    a.goOffline();
    await a.conversations.delete(id);
    await fb.workspace.write("work", "w");
    await fb.workspace.snapshot("Work");
    await expect.poll(() => b.store.filesWaiting(), SOON).toEqual([]);
    await fb.close();
    a.goOnline();
    await rest(a, b);
    for (const one of [a, b]) expect(await listed(one)).toEqual([id]);
    const again = await a.openFiles(id);
    await expect.poll(() => textOf(again, "work"), SOON).toBe("w");
  });

  it("stays deleted when the last change was the deleter's own, or none", async () => {
    for (const change of [true, false]) {
      const { a, b, id, fa, fb } = await two();
      await fb.close();
      b.goOffline();
      if (change) await fa.workspace.write("own", "o");
      await a.conversations.delete(id);
      await fa.close();
      await rest(a);
      b.goOnline();
      await rest(a, b);
      for (const one of [a, b]) expect(await listed(one)).toEqual([]);
    }
  });

  it("stays deleted in a browser that is behind, and in one that signs in again", async () => {
    const { a, b, id, fa, fb, secret } = await two();
    await fb.close();
    b.goOffline();
    await b.sync.signOut();
    await fa.workspace.write("later", "l");
    await fa.workspace.snapshot("Later");
    await expect.poll(() => a.store.filesWaiting(), SOON).toEqual([]);
    await fa.close();
    await a.conversations.delete(id);
    await rest(a);
    b.goOnline();
    await b.sync.signIn(secret, "again");
    await rest(b, a);
    for (const one of [a, b]) expect(await listed(one)).toEqual([]);
  });

  it("has what was changed before it was deleted and did not go out, once it is brought back", async () => {
    const { a, b, id, fa, fb } = await two();
    await fb.close();
    a.goOffline();
    await fa.workspace.write("late", "l");
    await fa.close();
    await a.conversations.delete(id);
    a.goOnline();
    await rest(a, b);
    expect(await listed(b)).toEqual([]);
    await a.conversations.undelete(id);
    await rest(a, b);
    const again = await b.openFiles(id);
    await expect.poll(() => textOf(again, "late"), SOON).toBe("l");
  });

  it("comes back with its title and files where it was removed for good", async () => {
    const { a, b, id, fa, fb } = await two();
    await fa.close();
    await fb.close();
    a.goOffline();
    await b.conversations.delete(id);
    await rest(b);
    await b.conversations.purge(id);
    await b.destroyFiles(id);
    await a.say(id, "still at it");
    a.goOnline();
    await rest(a, b);
    expect(await b.conversations.get(id)).toMatchObject({ title: "Named", deletedAt: null });
    expect(await b.texts(id)).toHaveLength(4);
    const again = await b.openFiles(id);
    await expect.poll(() => textOf(again, "first"), SOON).toBe("1");
  });

  it("that is removed for good before the others have heard of it is deleted there too", async () => {
    const { a, b, id, fa } = await two();
    await fa.close();
    await removeOffline(a, id);
    expect(await a.conversations.leftovers()).toEqual([id]);
    a.goOnline();
    await rest(a, b);
    expect(await listed(b)).toEqual([]);
    await b.conversations.undelete(id);
    await rest(b, a);
    expect(await a.texts(id)).toHaveLength(2);
    // It is there again: nothing of it may be taken for what is left of it.
    expect(await a.conversations.leftovers()).toEqual([]);
  });

  it("that is removed for good so comes back where others had work that was not seen", async () => {
    const { a, b, id, fa } = await two();
    await fa.close();
    await removeOffline(a, id);
    await b.say(id, "still at it");
    await rest(b);
    a.goOnline();
    await rest(a, b);
    expect(await listed(b)).toEqual([id]);
    expect(await a.texts(id)).toHaveLength(4);
  });

  it("that was brought back before, and is removed for good offline, is deleted everywhere", async () => {
    const { a, b, id, fa } = await two();
    await fa.close();
    await a.conversations.delete(id);
    await a.conversations.undelete(id);
    await rest(a, b);
    await removeOffline(a, id);
    a.goOnline();
    await rest(a, b);
    expect(await listed(b)).toEqual([]);
    expect(await a.conversations.get(id)).toBeNull();
  });

  it("has its title when it comes back, whatever was changed before it was removed for good", async () => {
    const { a, b, id, fa } = await two();
    await fa.close();
    a.goOffline();
    await a.conversations.rename(id, "Never told");
    await a.conversations.delete(id);
    await a.conversations.purge(id);
    a.goOnline();
    await rest(a, b);
    expect(await listed(b)).toEqual([]);
    await b.conversations.undelete(id);
    await rest(b, a);
    const back = await a.conversations.get(id);
    expect(back).toMatchObject({ title: "Named", deletedAt: null });
    expect(back?.updatedAt).toBeGreaterThan(0);
  });

  it("cannot be removed for good once it was brought back", async () => {
    const { a, id } = await two();
    await a.conversations.delete(id);
    await a.conversations.undelete(id);
    await expect(a.conversations.purge(id)).rejects.toMatchObject({ code: "exists" });
    expect(await a.texts(id)).toHaveLength(2);
    expect(await a.conversations.leftovers()).toEqual([]);
  });
});
