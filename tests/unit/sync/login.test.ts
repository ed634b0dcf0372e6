import { describe, expect, it } from "vitest";

import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

/** The operator's reverse proxy, which knows who someone is. */
const loggedInAs =
  (person: string): typeof fetch =>
  (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("x-user", person);
    return fetch(input, { ...init, headers });
  };

describe("an operator's own login", () => {
  const bench = useSyncBench({
    identityHeader: "x-user",
    proxies: new Set(["127.0.0.1", "::ffff:127.0.0.1"]),
    registration: "closed",
  });
  const browser = (person: string): SyncBrowser => bench.browser({ fetch: loggedInAs(person) });

  it("is one account for a person in every browser, and another for another", async () => {
    const [a, b, stranger] = [browser("ada@example.com"), browser("ada@example.com"), browser("bob")];
    await a.sync.signInByLogin("first");
    await b.sync.signInByLogin("second");
    await stranger.sync.signInByLogin("third");
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await expect.poll(() => b.texts(id)).toEqual(["hello", "re: hello"]);
    await stranger.sync.syncNow();
    expect(await stranger.conversations.list()).toEqual([]);
    expect((await a.sync.account())?.id).toBe((await b.sync.account())?.id);
  });

  it("lets nobody in whom it does not name", async () => {
    const nobody = bench.browser();
    await expect(nobody.sync.signInByLogin("x")).rejects.toMatchObject({ code: "unauthorized" });
    expect(await nobody.sync.account()).toBeNull();
  });

  it("has no secret: what is to be encrypted waits until there is one, and goes out then", async () => {
    const [a, b] = [browser("eve"), browser("eve")];
    const { id } = await a.conversations.create();
    await a.say(id, "a canary of eve's");
    await a.sync.signInByLogin("first", true);
    await expect.poll(() => a.sync.status().error?.code).toBe("locked");
    expect(await a.store.pendingCount()).toBeGreaterThan(0);
    expect(await bodies()).not.toContain("canary of eve");

    const { secret } = await a.sync.rotate();
    expect(await a.sync.encryption.state()).toMatchObject({ ready: true, encryptNew: true });
    await expect.poll(() => a.sync.status().state).toBe("synced");
    await b.sync.signInByLogin("second");
    await b.sync.syncNow();
    expect(await b.sync.encryption.state()).toMatchObject({ ready: false, locked: 1 });
    expect(b.sync.status().locked).toBe(1);
    await b.sync.encryption.unlock(secret);
    await expect.poll(() => b.texts(id)).toEqual(["a canary of eve's", "re: a canary of eve's"]);
    await expect.poll(() => b.sync.status().locked).toBeUndefined();
    expect(await bodies()).not.toContain("canary of eve");
  });

  it("can make another secret when the answer to the first never came", async () => {
    let lost = false;
    const forgetful: typeof fetch = async (input, init) => {
      const reply = await loggedInAs("kim")(input, init);
      if (!lost || !String(input).endsWith("/account/rotate")) return reply;
      lost = false;
      throw new TypeError("network error");
    };
    const a = bench.browser({ fetch: forgetful });
    await a.sync.signInByLogin("first");
    lost = true;
    await expect(a.sync.rotate()).rejects.toMatchObject({ code: "unreachable" });
    expect(await a.sync.encryption.state()).toMatchObject({ ready: false });
    const { secret } = await a.sync.rotate();
    expect(await a.sync.encryption.state()).toMatchObject({ ready: true });
    const { id } = await a.conversations.create();
    await a.sync.encryption.choose(id, true);
    await a.say(id, "kept");
    await a.sync.syncNow();
    const b = browser("kim");
    await b.sync.signIn(secret, "second");
    await expect.poll(() => b.texts(id)).toEqual(["kept", "re: kept"]);
  });

  async function bodies(): Promise<string> {
    const rows = await bench.database.kysely.selectFrom("items").select("body").execute();
    return rows.map(({ body }) => Buffer.from(body ?? "").toString("utf8")).join("\n");
  }
});
