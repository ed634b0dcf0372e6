import { sql } from "kysely";
import { describe, expect, it } from "vitest";

import { toBase64, toBase64Url } from "../../../src/domain/base64.ts";
import { hideReplacedPacks } from "../../../sync-server/git/replaced-packs.ts";
import { purgeUploads } from "../../../sync-server/repos/purge.ts";
import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

const CANARY = "canary-7f3a9c";

describe("encrypted conversations", () => {
  const bench = useSyncBench();

  /** All the server keeps, as one text. */
  const everything = async (): Promise<string> => {
    const { kysely } = bench.database;
    const tables = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`.execute(
      kysely,
    );
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(name)}`.execute(kysely);
      for (const row of rows)
        for (const value of Object.values(row))
          found.push(value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value));
    }
    return found.join("\n");
  };

  /** A conversation that is to be encrypted, with something of every kind in it. */
  const filled = async (one: SyncBrowser, text = "hello"): Promise<string> => {
    const { id } = await one.conversations.create();
    await one.sync.encryption.choose(id, true);
    await one.say(id, text);
    await one.conversations.rename(id, `${text} title`);
    return id;
  };

  it("are read by every browser of the account, and by nobody who has the database", async () => {
    const { a, b } = await bench.two();
    const id = await filled(a, CANARY);
    const leaf = (await a.conversations.get(id))?.leafId ?? "";
    await a.conversations.setTodos(id, leaf, [
      { id: "1", content: `${CANARY} plan`, status: "pending", priority: "low" },
    ]);
    const open = await a.openFiles(id);
    await open.workspace.write(`output/${CANARY}.md`, `# ${CANARY}\n`);
    await open.workspace.snapshotIfChanged("kept", { kind: "edits" });
    await open.workspace.switchBranch(`${CANARY}-branch`, { from: null });
    await open.workspace.write("output/more.md", "more");
    await expect.poll(() => b.titles(), { timeout: 5_000 }).toEqual([`${CANARY} title`]);
    await expect.poll(() => b.texts(id)).toEqual([CANARY, `re: ${CANARY}`]);
    await expect
      .poll(async () => (await b.conversations.todos(id, leaf))?.[0]?.content)
      .toBe(`${CANARY} plan`);
    const there = await b.openFiles(id);
    await expect
      .poll(async () => (await there.workspace.branches()).map(({ name }) => name), { timeout: 5_000 })
      .toContain(`${CANARY}-branch`);
    await expect
      .poll(() => there.workspace.readText(`output/${CANARY}.md`).catch(() => null), { timeout: 5_000 })
      .toBe(`# ${CANARY}\n`);

    const kept = await everything();
    expect(kept).toContain(id);
    expect(kept).not.toContain(CANARY);
    expect(kept).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 16));
    const key = (await a.store.account())?.key ?? new Uint8Array();
    expect(key).toHaveLength(32);
    for (const text of [
      toBase64(key),
      toBase64Url(key),
      Buffer.from(key).toString("hex"),
      Buffer.from(key).toString("latin1"),
    ])
      expect(kept).not.toContain(text);
    expect((await b.conversations.get(id))?.encrypted).toBe(true);
  });

  it("the same goes for a message that is larger than an item", async () => {
    const { a, b } = await bench.two();
    const long = `${CANARY} ${"a long text. ".repeat(90_000)}`;
    const id = await filled(a, long.slice(0, 50));
    await a.say(id, long);
    await expect.poll(async () => (await b.texts(id))[2]?.length, { timeout: 10_000 }).toBe(long.length);
    expect(await everything()).not.toContain(CANARY);
  });

  it("both may write at once: nothing is lost, and files are merged", async () => {
    const { a, b } = await bench.two();
    const id = await filled(a);
    const [ofA, ofB] = [await a.openFiles(id), await b.openFiles(id)];
    await ofA.workspace.write("notes.md", "one\ntwo\nthree\nfour\n");
    await expect
      .poll(() => ofB.workspace.readText("notes.md").catch(() => null), { timeout: 5_000 })
      .toBe("one\ntwo\nthree\nfour\n");
    b.goOffline();
    await ofA.workspace.write("notes.md", "ONE\ntwo\nthree\nfour\n");
    await ofB.workspace.write("notes.md", "one\ntwo\nthree\nFOUR\n");
    await b.say(id, "offline");
    await a.sync.syncNow();
    b.goOnline();
    for (const files of [ofA, ofB])
      await expect
        .poll(() => files.workspace.readText("notes.md"), { timeout: 10_000 })
        .toBe("ONE\ntwo\nthree\nFOUR\n");
    await expect.poll(async () => (await a.texts(id)).includes("offline")).toBe(true);
  });

  it("what is here when the account is made goes there encrypted, if that is wanted", async () => {
    const [a, b] = [bench.browser(), bench.browser()];
    const { id } = await a.conversations.create();
    await a.say(id, CANARY);
    const { secret } = await a.sync.create("first", true);
    await a.sync.syncNow();
    await b.sync.signIn(secret, "second");
    await expect.poll(() => b.texts(id)).toEqual([CANARY, `re: ${CANARY}`]);
    expect(await everything()).not.toContain(CANARY);
    // And so does what is made after that, until it is not wanted any more.
    await a.sync.encryption.setEncryptNew(false);
    const open = await a.conversations.create();
    await a.say(open.id, "no secret");
    await expect.poll(() => b.texts(open.id)).toEqual(["no secret", "re: no secret"]);
    expect((await b.conversations.get(open.id))?.encrypted).toBe(false);
    expect(await everything()).toContain("no secret");
  });

  it("it is decided once: on the server, a conversation stays as it is", async () => {
    const { a } = await bench.two();
    const id = await filled(a);
    await a.sync.syncNow();
    await expect(a.sync.encryption.choose(id, false)).rejects.toMatchObject({ code: "exists" });
    await expect(a.sync.encryption.choose("f".repeat(32), true)).rejects.toMatchObject({ code: "not-found" });
  });

  it("a sign-in link brings the key along, and the server learns nothing of it", async () => {
    const { a } = await bench.two();
    const id = await filled(a);
    await a.sync.syncNow();
    const { url } = await a.sync.pairingLink();
    const key = url.split(".").at(-1) ?? "";
    expect(key).toHaveLength(43);
    expect(await everything()).not.toContain(key);
    const c = bench.browser();
    await c.sync.signInByLink(url, "third");
    await expect.poll(() => c.texts(id)).toEqual(["hello", "re: hello"]);
    expect(await c.sync.encryption.state()).toMatchObject({ ready: true, locked: 0 });
  });

  it("without the key they are locked, and open with the secret", async () => {
    const { a, secret } = await bench.two();
    const id = await filled(a);
    const plain = await a.conversations.create();
    await a.say(plain.id, "for all");
    await a.sync.syncNow();
    const { url } = await a.sync.pairingLink();
    const c = bench.browser();
    // As if the operator's login had let it in: it has the account and no secret.
    await c.sync.signInByLink(url.replace(/\.[^.]{43}$/, ""), "third");
    await expect.poll(() => c.texts(plain.id)).toEqual(["for all", "re: for all"]);
    await c.sync.syncNow();
    expect(await c.sync.encryption.state()).toEqual({ ready: false, encryptNew: false, locked: 1 });
    expect(await c.conversations.get(id)).toBeNull();
    expect(c.sync.status().state).toBe("synced");

    // It can neither encrypt nor hand the account to a new secret.
    const own = await c.conversations.create();
    await expect(c.sync.encryption.choose(own.id, true)).rejects.toMatchObject({ code: "locked" });
    await expect(c.sync.encryption.setEncryptNew(true)).rejects.toMatchObject({ code: "locked" });
    await expect(c.sync.rotate()).rejects.toMatchObject({ code: "locked" });

    const { secret: another } = await bench.browser().sync.create("someone else");
    await expect(c.sync.encryption.unlock("nonsense")).rejects.toMatchObject({ code: "bad-arguments" });
    await expect(c.sync.encryption.unlock(another)).rejects.toMatchObject({ code: "unauthorized" });
    await c.sync.encryption.unlock(secret);
    await expect.poll(() => c.texts(id)).toEqual(["hello", "re: hello"]);
    expect(await c.sync.encryption.state()).toMatchObject({ ready: true, locked: 0 });
  });

  it("a new secret opens what the old one did", async () => {
    const { a, secret } = await bench.two();
    const id = await filled(a);
    await a.sync.syncNow();
    const { secret: newer } = await a.sync.rotate();
    const c = bench.browser();
    await expect(c.sync.signIn(secret, "third")).rejects.toMatchObject({ code: "unauthorized" });
    await c.sync.signIn(newer, "third");
    await expect.poll(() => c.texts(id)).toEqual(["hello", "re: hello"]);
  });

  it("whoever is invited gets the key by the link, and a link that lost it is not used up", async () => {
    const { a } = await bench.two();
    const id = await filled(a);
    await a.sync.syncNow();
    const { url } = await a.sync.invite(id, "editor");
    const guest = bench.browser();
    await guest.sync.create("guest");
    const cut = url.replace(/\..{43}\.[0-9a-f]{32}$/, "");
    await expect(guest.sync.takeInvitation(cut)).rejects.toMatchObject({ code: "locked" });
    expect(await guest.sync.takeInvitation(url)).toEqual({ conversationId: id });
    await expect.poll(() => guest.texts(id)).toEqual(["hello", "re: hello"]);
    await guest.say(id, "from the guest");
    await expect.poll(async () => (await a.texts(id))[2]).toBe("from the guest");
    expect(await everything()).not.toContain("from the guest");
    // And in the guest's other browsers.
    const other = bench.browser();
    await other.sync.signInByLink((await guest.sync.pairingLink()).url, "other");
    await expect.poll(async () => (await other.texts(id)).length).toBe(4);
  });

  it("go to no server that says they are not encrypted", async () => {
    let lies = false;
    const sent: string[] = [];
    const liar: typeof fetch = async (input, init) => {
      if (typeof init?.body === "string") sent.push(init.body);
      const reply = await fetch(input, init);
      if (!lies || !String(input).includes("/spaces") || !reply.ok) return reply;
      const text = await reply.text();
      return new Response(text.replaceAll('"encrypted":true', '"encrypted":false'), reply);
    };
    const { a, b } = await bench.two([{ fetch: liar }]);
    const id = await filled(a, "before");
    await a.sync.syncNow();
    lies = true;
    await a.say(id, CANARY);
    const fresh = await filled(a, CANARY);
    await a.sync.syncNow();
    expect(a.sync.status()).toMatchObject({ state: "error", error: { code: "bad-reply" } });
    // The others go on.
    const plain = await a.conversations.create();
    await a.say(plain.id, "no secret");
    await expect.poll(() => b.texts(plain.id)).toHaveLength(2);
    expect(sent.join("\n")).not.toContain(CANARY);
    lies = false;
    await a.sync.syncNow();
    expect(await a.texts(fresh)).toHaveLength(2);
    expect(await everything()).not.toContain(CANARY);
  });

  it("go to no server that calls them a home, or lists them after signing in again", async () => {
    let lies = false;
    const sent: string[] = [];
    const liar: typeof fetch = async (input, init) => {
      if (typeof init?.body === "string") sent.push(init.body);
      const reply = await fetch(input, init);
      if (!lies || !/\/spaces(?:\?|$)/.test(String(input)) || !reply.ok) return reply;
      const { spaces } = (await reply.json()) as { spaces: object[] };
      const said = { kind: "home", encrypted: false, key: null };
      return new Response(JSON.stringify({ spaces: spaces.map((space) => ({ ...space, ...said })) }), reply);
    };
    const a = bench.browser({ fetch: liar });
    const { secret } = await a.sync.create("first");
    const id = await filled(a, CANARY);
    await a.sync.syncNow();
    await a.sync.signOut();
    lies = true;
    sent.length = 0;
    await a.sync.signIn(secret, "again");
    await a.say(id, `${CANARY} again`);
    const files = await a.openFiles(id);
    await files.workspace.write("plan.md", CANARY);
    await a.sync.syncNow().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(sent.join("\n")).not.toContain(CANARY);
    expect(await everything()).not.toContain(CANARY);
  });

  it("taking an invitation does not make an own one readable", async () => {
    const { a } = await bench.two();
    const own = await filled(a, CANARY);
    await a.sync.syncNow();
    const other = bench.browser();
    await other.sync.create("other");
    const { id } = await other.conversations.create();
    await other.say(id, "for all");
    const { url } = await other.sync.invite(id, "editor");
    let lies = false;
    const liar: typeof fetch = async (input, init) => {
      const reply = await fetch(input, init);
      const path = String(input);
      if (!lies || !reply.ok) return reply;
      if (path.endsWith("/take")) return Response.json({ space: own, role: "editor" });
      if (!/\/spaces\?/.test(path)) return reply;
      return new Response((await reply.text()).replaceAll('"encrypted":true', '"encrypted":false'), reply);
    };
    const { url: link } = await a.sync.pairingLink();
    const victim = bench.browser({ fetch: liar });
    await victim.sync.signInByLink(link, "victim");
    await expect.poll(() => victim.texts(own)).toHaveLength(2);
    lies = true;
    await expect(victim.sync.takeInvitation(url)).rejects.toMatchObject({ code: "bad-reply" });
    await victim.say(own, `${CANARY} again`);
    await victim.sync.syncNow().catch(() => {});
    expect(await everything()).not.toContain(CANARY);
    expect((await victim.conversations.get(own))?.encrypted).toBe(true);
  });

  it("a link put together of two opens nothing of either", async () => {
    const { a } = await bench.two();
    const [mine, theirs] = [await filled(a), await filled(a)];
    await a.sync.syncNow();
    const { url } = await a.sync.invite(mine, "editor");
    const { url: other } = await a.sync.invite(theirs, "editor");
    const guest = bench.browser();
    await guest.sync.create("guest");
    // The key of one under the name of the other: what it opens is nothing of that.
    const [invitation, , space] = url.split("/").at(-1)?.split(".") ?? [];
    const [, key] = other.split("/").at(-1)?.split(".") ?? [];
    const mixed = `${bench.url}/#/join/${invitation}.${key}.${space}`;
    await guest.sync.takeInvitation(mixed);
    expect(await guest.texts(mine)).toEqual([]);
    await expect(guest.sync.takeInvitation(`${bench.url}/#/join/${invitation}.${key}`)).rejects.toMatchObject(
      {
        code: "bad-arguments",
      },
    );
  });

  it("what was to be encrypted stays so when the habit changes before it went out", async () => {
    const { a, b } = await bench.two();
    await a.sync.encryption.setEncryptNew(true);
    a.goOffline();
    const { id } = await a.conversations.create();
    await a.say(id, CANARY);
    // In another there are files alone.
    const { id: silent } = await a.conversations.create();
    const { workspace } = await a.openFiles(silent);
    await workspace.write("secret", CANARY);
    await expect.poll(() => a.store.filesWaiting()).toContain(silent);
    await a.sync.encryption.setEncryptNew(false);
    a.goOnline();
    await expect.poll(() => b.texts(id)).toHaveLength(2);
    await expect
      .poll(async () => (await b.conversations.get(silent))?.encrypted, { timeout: 5_000 })
      .toBe(true);
    expect(await everything()).not.toContain(CANARY);
    expect((await b.conversations.get(id))?.encrypted).toBe(true);
  });

  it("cannot be chosen once the server was asked", async () => {
    const held = { open: (): void => {} };
    const gate = new Promise<void>((resolve) => (held.open = resolve));
    let asked = false;
    const slow: typeof fetch = async (input, init) => {
      if (init?.method === "PUT" && /\/spaces\/[0-9a-f]{32}$/.test(String(input))) {
        asked = true;
        await gate;
      }
      return fetch(input, init);
    };
    const { a } = await bench.two([{ fetch: slow }]);
    const { id } = await a.conversations.create();
    await a.say(id, "on its way");
    await expect.poll(() => asked).toBe(true);
    await expect(a.sync.encryption.choose(id, true)).rejects.toMatchObject({ code: "exists" });
    held.open();
    await a.sync.syncNow();
    expect((await a.conversations.get(id))?.encrypted).toBe(false);
  });

  it("what was changed on the server is not taken in, and takes nothing away", async () => {
    const { a, b } = await bench.two();
    const id = await filled(a, "first");
    await a.sync.syncNow();
    await expect.poll(() => b.texts(id)).toHaveLength(2);
    b.goOffline();
    await a.say(id, "second");
    await a.conversations.rename(id, "renamed");
    await a.sync.syncNow();
    // The title's body in the place of every message of the second step, and a title nobody sealed.
    const { kysely } = bench.database;
    const items = await kysely.selectFrom("items").selectAll().where("space_id", "=", id).execute();
    const title = items.find((item) => item.id === "about.title");
    const newest = items.filter((item) => item.id.startsWith("node.")).toSorted((x, y) => y.seq - x.seq)[0];
    await kysely
      .updateTable("items")
      .set({ body: title?.body ?? null })
      .where("space_id", "=", id)
      .where("id", "=", newest?.id ?? "")
      .execute();
    await kysely
      .updateTable("items")
      .set({ body: Buffer.from('{"title":"forged"}') })
      .where("space_id", "=", id)
      .where("id", "=", "about.title")
      .execute();
    b.goOnline();
    await b.sync.syncNow();
    expect(await b.titles()).toEqual(["first title"]);
    expect(await b.texts(id)).toHaveLength(3);
    // It is told of, until it is written anew.
    expect(b.sync.status().unopened).toEqual([{ id, count: 2 }]);
    await a.conversations.rename(id, "renamed again");
    await a.sync.syncNow();
    await expect.poll(() => b.titles()).toEqual(["renamed again"]);
    await expect.poll(() => b.sync.status().unopened).toEqual([{ id, count: 1 }]);
    await b.say(id, "goes on");
    await expect.poll(async () => (await a.texts(id)).includes("goes on")).toBe(true);
    expect(a.sync.status().unopened).toBeUndefined();
  });

  it("packs that pile up are put together by a browser, and the old ones go in time", async () => {
    const { a, b } = await bench.two();
    const id = await filled(a);
    const files = await a.openFiles(id);
    for (let n = 0; n < 24; n += 1) {
      await files.workspace.write(`notes/${n}.md`, `note ${n}\n`);
      await files.workspace.snapshot(`Note ${n}`);
      files.share.poke();
      const { packs } = await a.store.remoteFiles(id);
      await expect.poll(async () => (await a.store.remoteFiles(id)).packs.length).not.toBe(packs.length);
    }
    const { kysely } = bench.database;
    const live = async (): Promise<string[]> =>
      (await kysely.selectFrom("items").select(["id", "body"]).where("space_id", "=", id).execute())
        .filter((item) => item.id.startsWith("pack.") && item.body !== null)
        .map((item) => item.id);
    const blobs = async (): Promise<number> =>
      (await kysely.selectFrom("blobs").select("id").where("space_id", "=", id).execute()).length;
    await expect.poll(async () => (await live()).length, { timeout: 5_000 }).toBeLessThan(10);
    await expect.poll(async () => (await a.store.remoteFiles(id)).packs.length).toBe((await live()).length);
    const many = await blobs();
    const DAY = 24 * 60 * 60_000;
    // Whoever is in the middle of one can go on.
    expect(await hideReplacedPacks(bench.database, Date.now() + DAY / 2)).toBe(0);
    expect(await hideReplacedPacks(bench.database, Date.now() + DAY + 60_000)).toBeGreaterThan(20);
    await purgeUploads(bench.database, Date.now() + 3 * DAY);
    expect(await blobs()).toBeLessThan(many - 20);
    for (const browser of [b, bench.browser()]) {
      if (browser !== b) await browser.sync.signInByLink((await a.sync.pairingLink()).url, "third");
      const there = await browser.openFiles(id);
      await expect.poll(() => there.workspace.readText("notes/23.md").catch(() => null)).toBe("note 23\n");
      expect(await there.workspace.readText("notes/0.md")).toBe("note 0\n");
      expect((await there.workspace.snapshots(100)).length).toBeGreaterThanOrEqual(24);
    }
    await files.workspace.write("after.md", "after\n");
    await expect.poll(async () => (await live()).length).toBeGreaterThan(1);
  });

  it("an account of before gets its key from the first browser that signs in by secret", async () => {
    const { a, secret } = await bench.two();
    await bench.database.kysely.deleteFrom("account_keys").execute();
    const [c, d] = [bench.browser(), bench.browser()];
    await Promise.all([c.sync.signIn(secret, "third"), d.sync.signIn(secret, "fourth")]);
    expect((await c.store.account())?.key).toEqual((await d.store.account())?.key);
    const id = await filled(c);
    await expect.poll(() => d.texts(id)).toEqual(["hello", "re: hello"]);
    expect(a.sync.status().state).toBe("synced");
  });
});
