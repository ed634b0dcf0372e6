import { describe, expect, it } from "vitest";

import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

const DAY = 24 * 60 * 60_000;

describe("sync between browsers of one account", () => {
  const bench = useSyncBench();
  const browser = bench.browser;
  const two = bench.two;
  const synced = async (...all: SyncBrowser[]) => {
    for (let round = 0; round < 2; round++) for (const one of all) await one.sync.syncNow();
  };

  it("shows the titles of an account that has many all at once", async () => {
    const { a, secret } = await two();
    for (let count = 1; count <= 30; count += 1) {
      const { id } = await a.conversations.create();
      await a.conversations.rename(id, `Conversation ${count}`);
    }
    await synced(a);
    const c = browser();
    const seen = new Set<number>();
    c.conversations.subscribe(() => {
      void c.titles().then((titles) => seen.add(titles.filter((title) => title !== "").length));
    });
    await c.sync.signIn(secret, "third");
    await synced(c);
    expect((await c.titles()).length).toBe(30);
    expect([...seen]).toEqual([30]);
  });

  it("hears of a change while a list of before it is on its way", async () => {
    const held = { open: (): void => {} };
    let gate: Promise<void> | null = null;
    let holding = false;
    const late: typeof fetch = async (input, init) => {
      const reply = await fetch(input, init);
      if (!gate || !String(input).endsWith("/v1/spaces")) return reply;
      // The server has answered; the answer takes its time.
      const text = await reply.text();
      holding = true;
      await gate;
      return new Response(text, reply);
    };
    const { a, b } = await two([{}, { fetch: late }]);
    const { id } = await a.conversations.create();
    await a.say(id, "one");
    await synced(a, b);
    gate = new Promise((resolve) => (held.open = resolve));
    const listing = b.sync.syncNow();
    await expect.poll(() => holding).toBe(true);
    await a.say(id, "two");
    await a.sync.syncNow();
    // The notice is here, and the list, which knows nothing of it, comes after.
    await new Promise((resolve) => setTimeout(resolve, 500));
    gate = null;
    held.open();
    await listing;
    await expect.poll(() => b.texts(id), { timeout: 3_000 }).toHaveLength(4);
  });

  it("brings what was there before the account, titles and all, to a second browser", async () => {
    const a = browser();
    const { id } = await a.conversations.create();
    await a.say(id, "one");
    await a.conversations.rename(id, "Plan");
    await a.conversations.setTodos(id, null, [{ id: "1", content: "x", status: "pending", priority: "low" }]);
    await a.settings.save({ ...(await a.settings.load()), theme: "dark", maxSteps: 7 });
    const { secret } = await a.sync.create("first");
    await a.sync.syncNow();
    const b = browser();
    await b.sync.signIn(secret.toLowerCase().replaceAll("-", " "), "second");
    await b.sync.syncNow();
    expect(await b.titles()).toEqual(["Plan"]);
    expect(await b.texts(id)).toEqual(["one", "re: one"]);
    expect(await b.conversations.todos(id, null)).toHaveLength(1);
    expect(await b.settings.load()).toMatchObject({ theme: "dark", maxSteps: 7 });
    const [there, here] = [await b.conversations.get(id), await a.conversations.get(id)];
    expect(there).toEqual(here);
  });

  it("tells of a change at once, without being asked", async () => {
    const { a, b } = await two();
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await expect.poll(() => b.texts(id), { timeout: 3_000 }).toEqual(["hello", "re: hello"]);
    await b.say(id, "and back");
    await expect.poll(async () => (await a.texts(id)).length, { timeout: 3_000 }).toBe(4);
    // Each looks at the end of the branch that grew.
    expect((await a.conversations.get(id))?.leafId).toBe((await b.conversations.get(id))?.leafId);
  });

  it("merges what both did offline: every message, the later title, and a branch each", async () => {
    const { a, b } = await two();
    const { id } = await a.conversations.create();
    await a.say(id, "start");
    await synced(a, b);
    a.goOffline();
    b.goOffline();
    const [ofA, ofB] = [await a.say(id, "from a"), await b.say(id, "from b")];
    await a.conversations.rename(id, "by a");
    // Later by the clock: of two in one millisecond either may win.
    const then = Date.now();
    while (Date.now() <= then) await new Promise(setImmediate);
    await b.conversations.rename(id, "by b, later");
    a.goOnline();
    b.goOnline();
    await synced(a, b);
    for (const one of [a, b]) {
      expect((await one.texts(id)).toSorted()).toEqual(
        ["start", "re: start", "from a", "re: from a", "from b", "re: from b"].toSorted(),
      );
      expect(await one.titles()).toEqual(["by b, later"]);
    }
    // Nobody's view jumps to the other's branch.
    expect((await a.conversations.get(id))?.leafId).toBe(ofA);
    expect((await b.conversations.get(id))?.leafId).toBe(ofB);
  });

  it("brings messages of any length over, whole", async () => {
    const { a, b } = await two();
    const { id } = await a.conversations.create();
    const long = "長い文 ".repeat(400_000);
    await a.say(id, long);
    await synced(a, b);
    expect((await b.texts(id))[0] === long).toBe(true);
    expect(a.sync.status()).toMatchObject({ state: "synced", pending: 0 });
  });

  it("says how it stands: pending offline, synced after", async () => {
    const { a } = await two();
    a.goOffline();
    const { id } = await a.conversations.create();
    await a.say(id, "x");
    await expect.poll(() => a.sync.status()).toMatchObject({ state: "offline", pending: 3 });
    await expect(a.sync.syncNow()).rejects.toMatchObject({ code: "unreachable" });
    a.goOnline();
    await expect
      .poll(() => a.sync.status(), { timeout: 3_000 })
      .toMatchObject({ state: "synced", pending: 0 });
    expect(a.sync.status().syncedAt).toBeGreaterThan(0);
  });

  it("of browsers whose clocks are days apart keeps the change that was made last", async () => {
    const { a, b } = await two([{ skew: 3 * DAY }, { skew: -2 * DAY }]);
    const { id } = await a.conversations.create();
    await a.say(id, "from the future");
    await a.conversations.rename(id, "first");
    await synced(a, b);
    await b.conversations.rename(id, "second");
    await synced(b, a);
    await a.conversations.rename(id, "third");
    await synced(a, b);
    for (const one of [a, b]) {
      expect(await one.titles()).toEqual(["third"]);
      expect(await one.texts(id)).toHaveLength(2);
      expect(one.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    }
  });

  it("does not take away a conversation in which someone wrote while it was deleted elsewhere", async () => {
    const { a, b } = await two();
    const [kept, gone] = [await a.conversations.create(), await a.conversations.create()];
    for (const { id } of [kept, gone]) await a.say(id, "start");
    await synced(a, b);
    b.goOffline();
    await b.say(kept.id, "still needed");
    await a.conversations.delete(kept.id);
    await a.conversations.delete(gone.id);
    await synced(a);
    b.goOnline();
    await synced(b, a);
    for (const one of [a, b]) expect((await one.conversations.list()).map(({ id }) => id)).toEqual([kept.id]);
  });

  it("does not bring back what was purged, unless someone undoes the deletion", async () => {
    const { a, b } = await two();
    const { id } = await a.conversations.create();
    await a.say(id, "start");
    await synced(a, b);
    await a.conversations.delete(id);
    await synced(a, b);
    await a.conversations.purge(id);
    await synced(a, b);
    expect(await a.conversations.get(id)).toBeNull();
    await b.conversations.undelete(id);
    await synced(b, a);
    expect(await a.texts(id)).toEqual(["start", "re: start"]);
  });

  it("keeps settings of a signed-in account over a new browser's, and never a key", async () => {
    const { a, secret } = await two();
    const settings = { ...(await a.settings.load()), theme: "light" as const, demo: true };
    settings.endpoints = {
      ...settings.endpoints,
      chat: { baseUrl: "https://api.example.com/v1", model: "m" },
    };
    await a.settings.save(settings, { chat: "sk-canary" });
    await synced(a);
    const c = browser();
    await c.settings.save({ ...(await c.settings.load()), theme: "dark", maxSteps: 9 });
    await c.sync.signIn(secret, "third");
    await synced(c, a);
    for (const one of [a, c])
      expect(await one.settings.load()).toMatchObject({
        theme: "light",
        maxSteps: 9,
        endpoints: settings.endpoints,
      });
    expect((await c.settings.load()).demo).toBe(false);
    const rows = await bench.database.kysely.selectFrom("items").select("body").execute();
    expect(rows.map(({ body }) => String(body)).join()).not.toContain("canary");
  });

  it("stops within seconds when the device is revoked, and goes on after signing in again", async () => {
    const { a, b, secret } = await two();
    const { id } = await b.conversations.create();
    await b.say(id, "before");
    await synced(b);
    const device = (await a.sync.devices()).find(({ name }) => name === "second");
    await a.sync.revokeDevice(device?.id ?? "");
    await expect
      .poll(() => b.sync.status(), { timeout: 10_000 })
      .toMatchObject({ state: "error", error: { code: "unauthorized" } });
    await b.say(id, "after");
    // An attempt that fails begins a round, in which it is not known again that the device is out.
    await expect(b.sync.signIn(secret.replaceAll(/./g, "0"), "x")).rejects.toMatchObject({
      code: "bad-arguments",
    });
    await b.sync.signIn(secret, "second again");
    await synced(b, a);
    expect(await a.texts(id)).toEqual(["before", "re: before", "after", "re: after"]);
  });

  it("signs in by a link, once", async () => {
    const a = browser();
    await a.sync.create("first");
    const { id } = await a.conversations.create();
    await a.say(id, "hi");
    const { url } = await a.sync.pairingLink();
    const [b, c] = [browser(), browser()];
    await b.sync.signInByLink(url, "phone");
    await synced(a, b);
    expect(await b.texts(id)).toHaveLength(2);
    await expect(c.sync.signInByLink(url, "thief")).rejects.toMatchObject({ code: "not-found" });
    await expect(c.sync.signInByLink("https://example.com/#/pair/x", "c")).rejects.toMatchObject({
      code: "bad-arguments",
    });
    expect((await a.sync.devices()).map(({ name }) => name)).toEqual(["first", "phone"]);
  });

  it("keeps everything when it signs out, and nothing more comes or goes", async () => {
    const { a, b } = await two();
    const { id } = await a.conversations.create();
    await a.say(id, "one");
    await synced(a, b);
    await b.sync.signOut();
    await b.say(id, "mine alone");
    await a.say(id, "theirs");
    await synced(a);
    expect(b.sync.status()).toMatchObject({ state: "off", pending: 0 });
    expect(await b.texts(id)).toEqual(["one", "re: one", "mine alone", "re: mine alone"]);
    expect(await a.texts(id)).toHaveLength(4);
    expect((await a.sync.devices()).map(({ name }) => name)).toEqual(["first"]);
  });

  it("refuses a mistyped secret, a second account, and an account of others' data", async () => {
    const { a, secret } = await two();
    const c = browser();
    const typo = secret.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await expect(c.sync.signIn(typo, "c")).rejects.toMatchObject({ code: "bad-arguments" });
    await expect(a.sync.create("again")).rejects.toMatchObject({ code: "exists" });
    expect(await c.sync.account()).toBeNull();
  });
});
