import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { forgetOldInvitations } from "../../../sync-server/repos/account-invitations.ts";
import { stampAt } from "../../../src/domain/clock-stamp.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { migrate, SCHEMA_VERSION } from "../../../sync-server/db/migrations.ts";
import { openDatabase, type DatabaseAddress } from "../../../sync-server/db/open.ts";
import { purgeAccounts } from "../../../sync-server/repos/purge.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { op, SyncServer } from "./sync-fixture.ts";

const EVERY_BODY = ["", "grüße 世界 👩‍🚀", "\0\u0001\u2028\uFEFF", "\\'\"`--;", "x".repeat(70_000)];

describe.each(DATABASE_KINDS)("accounts and sync on $name", ({ start }) => {
  let kind: Awaited<ReturnType<typeof start>>;
  let address: DatabaseAddress;
  let database: Database;
  let server: SyncServer;

  beforeAll(async () => {
    kind = await start();
    address = await kind.newDatabase();
    database = await openDatabase(address);
    server = new SyncServer(database);
  }, 180_000);

  afterAll(async () => {
    await database?.close();
    await kind?.stop();
  });

  describe("the tables", () => {
    it("are made once by several servers that start at once", async () => {
      const fresh = await kind.newDatabase();
      const all = await Promise.all([1, 2, 3].map(() => openDatabase(fresh)));
      const rows = await all[0]?.kysely.selectFrom("migrations").selectAll().execute();
      expect(rows).toHaveLength(SCHEMA_VERSION);
      await Promise.all(all.map((one) => one.close()));
    });

    it("of a newer server are refused", async () => {
      const fresh = await openDatabase(await kind.newDatabase());
      await fresh.kysely.insertInto("migrations").values({ id: 99, at: 0 }).execute();
      await expect(migrate(fresh)).rejects.toThrow("made by a newer OKCVM");
      await fresh.close();
    });
  });

  describe("an account", () => {
    it("is made once for a secret, and its devices come and go", async () => {
      const person = await server.newPerson("laptop");
      server.now += 1;
      const second = await server.newDevice(person, "téléphone 📱", ["sync"]);
      expect(second.accountId).toBe(person.accountId);
      const list = async () =>
        (
          await server.call<{ devices: Record<string, unknown>[] }>("GET", "/devices", {
            token: person.token,
          })
        ).body.devices;
      expect(await list()).toMatchObject([
        { name: "laptop", current: true },
        { name: "téléphone 📱", scopes: ["sync"], current: false },
      ]);
      const path = `/devices/${second.deviceId}`;
      expect(
        (await server.call("PATCH", path, { token: person.token, body: { name: "phone" } })).status,
      ).toBe(204);
      expect((await list())[1]).toMatchObject({ name: "phone" });
      expect((await server.pull(second)).status).toBe(200);
      expect((await server.call("DELETE", path, { token: person.token })).status).toBe(204);
      expect((await server.pull(second)).status).toBe(401);
      expect((await server.call("DELETE", path, { token: person.token })).status).toBe(404);
      expect(await list()).toHaveLength(1);
    });

    it("is refused a second time, and where the operator makes them", async () => {
      const person = await server.newPerson();
      const authHash = createHash("sha256").update(person.authKey).digest("hex");
      expect(await server.call("POST", "/accounts", { body: { authHash, name: "again" } })).toMatchObject({
        status: 409,
        body: { error: { code: "exists" } },
      });
      const closed = new SyncServer(database, { registration: "closed" });
      expect((await closed.call("POST", "/accounts", { body: { authHash, name: "x" } })).body).toMatchObject({
        error: { code: "registration_closed" },
      });
    });

    it("is made by invitation alone where the operator wants that: each makes one, and so does one into a conversation", async () => {
      const member = await server.newPerson();
      const invited = new SyncServer(database, { registration: "invite-only" });
      const register = (invitation?: string, from = "192.0.2.9") => {
        const authHash = createHash("sha256").update(randomBytes(32)).digest("hex");
        return invited.call("POST", "/accounts", {
          body: { authHash, name: "new", ...(invitation === undefined ? {} : { invitation }) },
          from,
        });
      };
      const { token } = member;
      const invite = () =>
        invited.call<{ id: string; handle: string }>("POST", "/account/invitations", { token });
      const list = async () =>
        (
          await invited.call<{ invitations: { handle: string }[] }>("GET", "/account/invitations", { token })
        ).body.invitations.map(({ handle }) => handle);
      expect(await register()).toMatchObject({ status: 403, body: { error: { code: "not_invited" } } });
      expect((await register("0".repeat(32))).status).toBe(403);

      const [first, second] = [(await invite()).body, (await invite()).body];
      expect(await list()).toEqual([first.handle, second.handle].toSorted());
      const both = await Promise.all([register(first.id), register(first.id)]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([201, 403]);
      expect(await list()).toEqual([second.handle]);
      expect((await register(first.handle)).status).toBe(403);
      // A secret that is taken uses nothing up.
      const taken = createHash("sha256").update(member.authKey).digest("hex");
      const again = { authHash: taken, name: "x", invitation: second.id };
      expect((await invited.call("POST", "/accounts", { body: again })).status).toBe(409);
      const other = await server.newPerson("other");
      const revoke = (by: string) =>
        invited.call("DELETE", `/account/invitations/${second.handle}`, { token: by });
      expect((await revoke(other.token)).status).toBe(404);
      expect((await revoke(token)).status).toBe(204);
      expect((await register(second.id)).status).toBe(403);

      const space = randomBytes(16).toString("hex");
      await invited.call("PUT", `/spaces/${space}`, {
        token,
        body: { kind: "conversation", encrypted: false },
      });
      const { body: into } = await invited.call<{ id: string }>("POST", `/spaces/${space}/invitations`, {
        token,
        body: { role: "editor" },
      });
      const guest = await register(into.id);
      expect(guest.status).toBe(201);
      expect((await register(into.id)).status).toBe(403);
      const joined = await invited.call("POST", `/invitations/${into.id}/take`, {
        token: String(guest.body["token"]),
        body: {},
      });
      expect(joined).toMatchObject({ status: 200, body: { space, role: "editor" } });

      const late = (await invite()).body;
      invited.now += 8 * 24 * 60 * 60_000;
      expect((await register(late.id)).status).toBe(403);
      // Used or not, an account lets in so many in that time, and into conversations too.
      for (let n = 0; n < 20; n++) {
        const { status, body } = await invite();
        expect(status).toBe(201);
        if (n % 2 === 0) expect((await register(body.id)).status).toBe(201);
      }
      expect((await invite()).status).toBe(409);
      const more = await invited.call<{ id: string }>("POST", `/spaces/${space}/invitations`, {
        token,
        body: { role: "viewer" },
      });
      expect((await register(more.body.id)).status).toBe(403);
      await forgetOldInvitations(database, invited.now + 8 * 24 * 60 * 60_000);
      expect(await database.kysely.selectFrom("account_invitations").select("id").execute()).toEqual([]);
      for (let n = 0; n < 20; n++) await register(randomBytes(16).toString("hex"), "198.51.100.9");
      expect((await register(undefined, "198.51.100.9")).status).toBe(429);
      expect((await server.call("POST", "/account/invitations", { token })).status).toBe(403);
    });

    it("cannot be guessed at: an address that failed too often has to wait", async () => {
      const guessing = new SyncServer(database);
      const guess = () =>
        guessing.call("POST", "/devices", {
          body: { authKey: randomBytes(32).toString("base64url"), name: "x" },
          from: "198.51.100.7",
        });
      for (let n = 0; n < 20; n++) expect((await guess()).status).toBe(401);
      expect((await guess()).status).toBe(429);
      const token = `okcvm_${randomBytes(32).toString("base64url")}`;
      expect((await guessing.call("GET", "/devices", { token, from: "198.51.100.7" })).status).toBe(429);
      expect((await guessing.call("GET", "/devices", { token, from: "198.51.100.8" })).status).toBe(401);
      guessing.now += 61_000;
      expect((await guess()).status).toBe(401);
    });

    it("is not locked out by a neighbour's failures: a good token is good, and a proxy says who is who", async () => {
      const person = await server.newPerson();
      const fresh = new SyncServer(database);
      const signIn = (authKey: string, forwarded: string) =>
        fresh.call("POST", "/devices", {
          body: { authKey, name: "x" },
          from: "198.51.100.1",
          headers: { "x-forwarded-for": forwarded },
        });
      const wrong = randomBytes(32).toString("base64url");
      for (let n = 0; n < 20; n++) await signIn(wrong, `203.0.113.${n}, 192.0.2.66`);
      expect((await signIn(wrong, "192.0.2.66")).status).toBe(429);
      expect((await signIn(person.authKey, "192.0.2.66, 192.0.2.67")).status).toBe(201);
      const asNeighbour = { from: "198.51.100.1", headers: { "x-forwarded-for": "192.0.2.66" } };
      expect((await fresh.call("GET", "/devices", { token: person.token, ...asNeighbour })).status).toBe(200);
      expect(
        (await fresh.call("GET", "/devices", { token: `${person.token}x`, ...asNeighbour })).status,
      ).toBe(429);
    });

    it("keeps no secret as it was told", async () => {
      const person = await server.newPerson();
      const rows = [
        ...(await database.kysely.selectFrom("accounts").selectAll().execute()),
        ...(await database.kysely.selectFrom("devices").selectAll().execute()),
      ];
      const text = JSON.stringify(rows);
      expect(text).not.toContain(person.authKey);
      expect(text).not.toContain(person.token.slice("okcvm_".length));
    });

    it("reads and writes nothing of another's", async () => {
      const [one, two] = [await server.newPerson(), await server.newPerson()];
      expect((await server.push(one, [op()])).status).toBe(200);
      expect((await server.pull(two, undefined, 10, one.homeSpace)).status).toBe(404);
      expect((await server.push(two, [op()], one.homeSpace)).status).toBe(404);
      const made = { kind: "conversation", encrypted: false };
      expect(
        (await server.call("PUT", `/spaces/${one.homeSpace}`, { token: two.token, body: made })).status,
      ).toBe(403);
      expect((await server.call("DELETE", `/devices/${one.deviceId}`, { token: two.token })).status).toBe(
        404,
      );
      expect(await server.pullAll(one)).toHaveLength(1);
    });

    it("gets another secret, upon which the old one and other devices are worthless", async () => {
      const person = await server.newPerson();
      const other = await server.newDevice(person, "other");
      const authKey = randomBytes(32).toString("base64url");
      const body = { authHash: createHash("sha256").update(authKey).digest("hex") };
      expect((await server.call("POST", "/account/rotate", { token: person.token, body })).status).toBe(204);
      const signIn = (key: string) =>
        server.call("POST", "/devices", { body: { authKey: key, name: "new" } });
      expect((await signIn(person.authKey)).status).toBe(401);
      expect((await signIn(authKey)).status).toBe(201);
      expect((await server.pull(person)).status).toBe(200);
      expect((await server.pull(other)).status).toBe(401);
    });

    it("is gone with all its rows seven days after it was deleted, unless it was brought back", async () => {
      const [gone, back, stays] = [
        await server.newPerson(),
        await server.newPerson(),
        await server.newPerson(),
      ];
      for (const person of [gone, back, stays]) {
        await server.push(
          person,
          Array.from({ length: 3 }, () => op()),
        );
        const made = { kind: "conversation", encrypted: false };
        const space = randomBytes(16).toString("hex");
        await server.call("PUT", `/spaces/${space}`, { token: person.token, body: made });
        await server.push(person, [op()], space);
      }
      for (const { token } of [gone, back])
        expect((await server.call("DELETE", "/account", { token })).status).toBe(204);
      const day = 24 * 60 * 60_000;
      expect((await server.call("GET", "/account", { token: gone.token })).body).toMatchObject({
        deleteAt: server.now + 7 * day,
      });
      await server.call("POST", "/account/restore", { token: back.token });
      expect(await purgeAccounts(database, server.now + 6 * day)).toBe(0);
      expect(await purgeAccounts(database, server.now + 8 * day)).toBe(1);
      const tables = ["accounts", "devices", "spaces", "members", "items"] as const;
      const rows: Record<string, string> = {};
      for (const table of tables)
        rows[table] = JSON.stringify(await database.kysely.selectFrom(table).selectAll().execute());
      for (const table of tables) {
        expect(rows[table]).not.toContain(gone.accountId);
        expect(rows[table]).not.toContain(gone.homeSpace);
      }
      expect(await server.pullAll(back)).toHaveLength(3);
      expect(await server.pullAll(stays)).toHaveLength(3);
      // What the server remembers of tokens runs out.
      server.now += 60_000;
      expect((await server.pull(gone)).status).toBe(401);
    });

    it("reaches another device by a letter that is read once, within five minutes", async () => {
      const person = await server.newPerson();
      const leave = () =>
        server.call<{ id: string }>("POST", "/pairs", { token: person.token, body: { box: "sealed ✉" } });
      const take = (id: string) =>
        server.call("POST", `/pairs/${id}/take`, { from: "203.0.113.5", body: { name: "phone" } });
      const { id } = (await leave()).body;
      const both = await Promise.all([take(id), take(id)]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([201, 404]);
      const taken = both.find(({ status }) => status === 201)?.body;
      expect(taken).toMatchObject({ box: "sealed ✉", accountId: person.accountId });
      expect((await server.pull({ ...person, token: String(taken?.["token"]) })).status).toBe(200);
      const late = (await leave()).body;
      server.now += 5 * 60_000;
      expect((await take(late.id)).status).toBe(404);
    });

    it("lets a device do what its scopes say", async () => {
      const person = await server.newPerson();
      const reader = await server.newDevice(person, "git", ["git:read"]);
      expect((await server.pull(reader)).body).toMatchObject({ error: { code: "missing_scope" } });
      expect((await server.call("GET", "/devices", { token: reader.token })).status).toBe(403);
    });
  });

  describe("a push", () => {
    it("keeps every kind of text as it is", async () => {
      const person = await server.newPerson();
      const ops = EVERY_BODY.map((body) => op({ body }));
      await server.push(person, ops);
      expect((await server.pullAll(person, 2)).map(({ id, body }) => ({ id, body }))).toEqual(
        ops.map(({ id, body }) => ({ id, body })),
      );
    });

    it("may be sent again", async () => {
      const person = await server.newPerson();
      const ops = [op(), op({ class: "set" }), op({ class: "cas", expect: null }), op({ body: null })];
      const first = await server.push(person, ops);
      expect(first.body.results.map(({ status }) => status)).toEqual(["new", "new", "new", "new"]);
      const again = await server.push(person, ops);
      expect(again.body.results).toEqual(first.body.results.map((result) => ({ ...result, status: "dup" })));
      expect(await server.pullAll(person)).toHaveLength(4);
    });

    it("are not taken for others of one moment and one device", async () => {
      const person = await server.newPerson();
      const [text, ref] = [op({ class: "set" }), op({ class: "cas", expect: null })];
      await server.push(person, [text, ref]);
      const other = { body: "another" };
      const { body } = await server.push(person, [
        { ...text, ...other },
        { ...ref, ...other },
        { ...text, body: null },
      ]);
      expect(body.results.map(({ status }) => status)).toEqual(["stale", "conflict", "stale"]);
      expect((await server.pullAll(person)).map((item) => item.body)).toEqual([text.body, ref.body]);
    });

    it("of a register: the newest stamp wins, in whatever order they come", async () => {
      const person = await server.newPerson();
      const other = await server.newDevice(person, "other");
      const at = (stamp: number, body: string | null) =>
        op({ id: "title", class: "set", stamp: stampAt(1_700_000_000_000 + stamp), body });
      expect((await server.push(person, [at(2, "second")])).body.results[0]?.status).toBe("new");
      expect((await server.push(other, [at(1, "first")])).body.results[0]?.status).toBe("stale");
      expect((await server.push(other, [at(3, null)])).body.results[0]?.status).toBe("new");
      expect((await server.push(person, [at(2, "second")])).body.results[0]?.status).toBe("stale");
      expect(await server.pullAll(person)).toMatchObject([{ id: "title", body: null }]);
    });

    it("of a reference: only from the version it was made from", async () => {
      const person = await server.newPerson();
      const move = (expect: number | null, body: string) => op({ id: "refs", class: "cas", expect, body });
      const first = await server.push(person, [move(null, "a")]);
      const seq = first.body.results[0]?.seq ?? 0;
      expect((await server.push(person, [move(null, "b")])).body.results[0]).toMatchObject({
        status: "conflict",
        seq,
      });
      expect((await server.push(person, [move(seq, "c")])).body.results[0]?.status).toBe("new");
      expect((await server.pullAll(person))[0]?.body).toBe("c");
    });

    it("of what was removed says gone; of another class, conflict; of the future, skew", async () => {
      const person = await server.newPerson();
      await server.push(person, [op({ id: "message" })]);
      await server.push(person, [op({ id: "message", body: null })]);
      const { body } = await server.push(person, [
        op({ id: "message" }),
        op({ id: "message", class: "set" }),
        op({ stamp: stampAt(server.now + 6 * 60_000) }),
        op({ stamp: stampAt(server.now + 4 * 60_000) }),
      ]);
      expect(body.results.map(({ status }) => status)).toEqual(["gone", "conflict", "skew", "new"]);
    });

    it("takes several changes of one item in their order", async () => {
      const person = await server.newPerson();
      const changes = ["a", "b", "c"].map((body) => op({ id: "draft", class: "set", body }));
      const { body } = await server.push(person, changes);
      expect(body.results.map(({ status }) => status)).toEqual(["new", "new", "new"]);
      expect(await server.pullAll(person)).toMatchObject([{ body: "c", seq: body.results[2]?.seq }]);
    });

    it("stops where there is no room, and says which did not go in", async () => {
      const small = new SyncServer(database, { spaceBytes: 10_000 });
      const person = await small.newPerson();
      const { body } = await small.push(person, [
        op({ body: "x".repeat(6_000) }),
        op({ id: "big", class: "set", body: "x".repeat(6_000) }),
        op({ id: "register", class: "set", body: "x".repeat(2_000) }),
      ]);
      expect(body.results.map(({ status }) => status)).toEqual(["new", "quota", "new"]);
      const smaller = await small.push(person, [op({ id: "register", class: "set", body: null })]);
      expect(smaller.body.results[0]?.status).toBe("new");
      const spaces = await small.call<{ spaces: { bytes: number }[] }>("GET", "/spaces", {
        token: person.token,
      });
      expect(spaces.body.spaces[0]?.bytes).toBe(6_200);
    });

    it("of bad input changes nothing and says what is wrong", async () => {
      const person = await server.newPerson();
      const bad = [
        { ...op(), id: "a b" },
        { ...op(), stamp: "later" },
        { ...op(), class: "put" as never },
      ];
      for (const one of bad) {
        const answer = await server.push(person, [op(), one]);
        expect(answer).toMatchObject({ status: 400, body: { error: { code: "bad_request" } } });
      }
      expect((await server.push(person, [])).status).toBe(400);
      expect((await server.push(person, [op({ body: "é".repeat(1024 * 1024 - 1) })])).status).toBe(413);
      expect(await server.pullAll(person)).toEqual([]);
    });
  });

  describe("a pull", () => {
    it("gives back every body as it was pushed, whatever is in it", async () => {
      const person = await server.newPerson();
      const bodies = [
        '"\\\n\t\u0001\u001f\u007f',
        "\u2028\u2029\uFEFFé漢😀",
        "a\u0000b",
        "",
        "</script>",
        "null",
        "{}",
      ];
      await server.push(
        person,
        bodies.map((body) => op({ body })),
      );
      await server.push(person, [op({ id: "gone", class: "set", body: null })]);
      const { items } = (await server.pull(person)).body;
      expect(items.map(({ body }) => body)).toEqual([...bodies, null]);
    });

    it("gives what was changed last as the last", async () => {
      const person = await server.newPerson();
      const ids = ["z", "m", "a", "k", "b"];
      await server.push(
        person,
        ids.map((id) => op({ id, class: "set" })),
      );
      await server.push(person, [op({ id: "m", class: "set" }), op({ id: "z", class: "set" })]);
      const { items } = (await server.pull(person)).body;
      expect(items.map(({ id }) => id)).toEqual(["a", "k", "b", "m", "z"]);
    });

    it("gives no more than 4 MiB of bodies at once, one item at least, and all of them in the end", async () => {
      const person = await server.newPerson();
      const MIB = 1024 * 1024;
      const sizes = [10, MIB, MIB, MIB, 100_000, MIB - 100_010, 20, MIB, 64 * 1024, 64 * 1024 + 1, 30];
      const pushed = sizes.map((size, n) => op({ body: String.fromCharCode(97 + n).repeat(size) }));
      await server.push(person, pushed.slice(0, 3));
      for (const one of pushed.slice(3)) await server.push(person, [one]);
      const pages: number[][] = [];
      let cursor: string | undefined;
      for (let more = true; more;) {
        const { body } = await server.pull(person, cursor);
        pages.push(body.items.map((item) => item.body?.length ?? 0));
        ({ cursor, more } = body);
      }
      expect(pages).toEqual([sizes.slice(0, 6), sizes.slice(6)]);
      expect((await server.pull(person, undefined, 2)).body.items.map(({ id }) => id)).toEqual(
        pushed.slice(0, 2).map(({ id }) => id),
      );
    });

    it("goes on from its cursor, and refuses one that is none or of another time", async () => {
      const person = await server.newPerson();
      await server.push(person, [op(), op(), op()]);
      const first = await server.pull(person, undefined, 2);
      expect(first.body).toMatchObject({ more: true, items: [{}, {}] });
      const rest = await server.pull(person, first.body.cursor, 2);
      expect(rest.body).toMatchObject({ more: false, items: [{}] });
      expect((await server.pull(person, rest.body.cursor)).body.items).toEqual([]);
      expect((await server.pull(person, "x")).status).toBe(400);
      await database.kysely
        .updateTable("spaces")
        .set({ epoch: 2 })
        .where("id", "=", person.homeSpace)
        .execute();
      expect(await server.pull(person, rest.body.cursor)).toMatchObject({
        status: 410,
        body: { error: { code: "cursor_gone" } },
      });
    });

    it("while others push misses nothing, whatever the order of their commits", async () => {
      const person = await server.newPerson();
      const elsewhere = new SyncServer(await openDatabase(address));
      const expected = new Set<string>();
      let pushing = 8;
      const pushers = Array.from({ length: pushing }, async (_, at) => {
        for (let round = 0; round < 15; round++) {
          const ops = Array.from({ length: 1 + (round % 4) }, () => op());
          for (const { id } of ops) expected.add(id);
          const { status } = await (at % 2 === 0 ? server : elsewhere).push(person, ops);
          expect(status).toBe(200);
        }
        pushing -= 1;
      });
      const seen = new Set<string>();
      let cursor: string | undefined;
      const puller = (async () => {
        for (let last = false; ;) {
          // A call over the network lets the others go on; one within the process does not.
          await new Promise((resolve) => setImmediate(resolve));
          const { body } = await server.pull(person, cursor, 7);
          for (const { id } of body.items) seen.add(id);
          cursor = body.cursor;
          if (last && !body.more) return;
          last = pushing === 0 && !body.more;
        }
      })();
      await Promise.all([...pushers, puller]);
      expect([...seen].toSorted()).toEqual([...expected].toSorted());
      await elsewhere.database.close();
    });
  });

  describe("the live notice", () => {
    it("tells of a push here and through another server, of a new space, and ends with the device", async () => {
      const person = await server.newPerson();
      const other = await server.newDevice(person, "other");
      const elsewhere = new SyncServer(await openDatabase(address));
      const reply = await server.raw("GET", "/events", { token: other.token });
      expect(reply.headers.get("content-type")).toBe("text/event-stream");
      const events = readEvents(reply);
      expect(await events.next()).toMatchObject({ event: "heads", data: { [person.homeSpace]: 0 } });
      await server.push(person, [op()]);
      expect(await events.next()).toMatchObject({ event: "changed", data: { headSeq: 1 } });
      await elsewhere.push(person, [op(), op()]);
      expect(await events.next()).toMatchObject({ event: "changed", data: { headSeq: 3 } });
      const space = randomBytes(16).toString("hex");
      const made = { kind: "conversation", encrypted: false };
      await elsewhere.call("PUT", `/spaces/${space}`, { token: person.token, body: made });
      // The home space is raised with it, so that nobody waits for the next look.
      const next = [await events.next(), await events.next()];
      expect(next).toContainEqual({ event: "changed", data: { space: person.homeSpace, headSeq: 4 } });
      expect(next.find((one) => one?.event === "heads")).toMatchObject({ data: { [space]: 0 } });
      await elsewhere.call("DELETE", `/devices/${other.deviceId}`, { token: person.token });
      const revokedAt = performance.now();
      // The server's own clock stands still in this test; what it remembers of the token must run out.
      server.now += 60_000;
      expect(await events.next()).toBeNull();
      expect(performance.now() - revokedAt).toBeLessThan(10_000);
      await elsewhere.database.close();
    }, 30_000);
  });
});

function readEvents(reply: Response): { next(): Promise<{ event: string; data: unknown } | null> } {
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next() {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          if (event !== "") return { event, data: JSON.parse(data) as unknown };
          continue;
        }
        const read = await reader?.read();
        if (!read || read.done) return null;
        text += read.value;
      }
    },
  };
}
