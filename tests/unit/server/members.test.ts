import { beforeEach, describe, expect, it } from "vitest";

import { newId } from "../../../src/domain/ids.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { purgeAccounts } from "../../../sync-server/repos/purge.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { op, SyncServer, type Person } from "./sync-fixture.ts";

const DAY = 24 * 60 * 60_000;

interface Invitation {
  id: string;
  handle: string;
  expiresAt: number;
}
interface Member {
  id: string;
  role: string;
  name: string | null;
  self: boolean;
}

describe.each(DATABASE_KINDS)("members of a space on $name", ({ start }) => {
  let database: Database;
  let server: SyncServer;
  let owner: Person;
  let guest: Person;
  let stranger: Person;
  let space: string;

  useDatabase(start, (made) => void (database = made));
  beforeEach(async () => {
    // A server of its own, so that failures of one test are not another's.
    server = new SyncServer(database);
    [owner, guest, stranger] = [
      await server.newPerson("owner"),
      await server.newPerson("guest"),
      await server.newPerson("stranger"),
    ];
    space = newId();
    const body = { kind: "conversation", encrypted: false };
    await server.call("PUT", `/spaces/${space}`, { token: owner.token, body });
    await server.push(owner, [op({ id: "first" })], space);
  });

  const invite = async (role: string, by = owner, of = space) =>
    server.call<Invitation>("POST", `/spaces/${of}/invitations`, { token: by.token, body: { role } });
  const take = (id: string, by: Person, from?: string) =>
    server.call<{ space: string; role: string }>("POST", `/invitations/${id}/take`, {
      token: by.token,
      ...(from === undefined ? {} : { from }),
    });
  const join = async (by: Person, role: string) => take((await invite(role)).body.id, by);
  const members = (by: Person) =>
    server.call<{ members: Member[] }>("GET", `/spaces/${space}/members`, { token: by.token });
  const open = async () =>
    (
      await server.call<{ invitations: Record<string, unknown>[] }>("GET", `/spaces/${space}/invitations`, {
        token: owner.token,
      })
    ).body.invitations;
  const change = (by: Person, of: Person, role: string) =>
    server.call("PATCH", `/spaces/${space}/members/${of.accountId}`, { token: by.token, body: { role } });
  const remove = (by: Person, of: Person) =>
    server.call("DELETE", `/spaces/${space}/members/${of.accountId}`, { token: by.token });
  const spacesOf = async (by: Person) =>
    (
      await server.call<{ spaces: { id: string; kind: string; role: string; members: number }[] }>(
        "GET",
        "/spaces",
        { token: by.token },
      )
    ).body.spaces.filter(({ kind }) => kind === "conversation");
  const headOfHome = async (of: Person) => {
    const { body } = await server.call<{ spaces: { headSeq: number }[] }>(
      "GET",
      `/spaces?space=${of.homeSpace}`,
      { token: of.token },
    );
    return body.spaces[0]?.headSeq ?? -1;
  };

  it("lets one account in by an invitation, once, and keeps no secret", async () => {
    const before = [await headOfHome(owner), await headOfHome(guest)];
    const { status, body } = await invite("editor");
    expect(status).toBe(201);
    expect(body.expiresAt).toBe(server.now + 7 * DAY);
    const rows = JSON.stringify(await database.kysely.selectFrom("invitations").selectAll().execute());
    expect(rows).not.toContain(body.id);
    expect(JSON.stringify(await open())).not.toContain(body.id);
    expect(await open()).toMatchObject([{ handle: body.handle, role: "editor", createdAt: server.now }]);
    expect((await server.pull(guest, undefined, 500, space)).status).toBe(404);

    expect(await take(body.id, guest)).toMatchObject({ status: 200, body: { space, role: "editor" } });
    expect(await server.pullAll(guest, 500, space)).toMatchObject([{ id: "first" }]);
    expect((await server.push(guest, [op({ id: "second" })], space)).status).toBe(200);
    expect(await server.pullAll(owner, 500, space)).toHaveLength(2);
    expect(await spacesOf(guest)).toMatchObject([{ id: space, role: "editor", members: 2 }]);
    // Both accounts' devices learn of it by their home spaces.
    expect(await headOfHome(owner)).toBeGreaterThan(before[0] ?? 0);
    expect(await headOfHome(guest)).toBeGreaterThan(before[1] ?? 0);

    expect(await open()).toEqual([]);
    expect((await take(body.id, stranger)).status).toBe(404);
    expect((await server.pull(stranger, undefined, 500, space)).status).toBe(404);
  });

  it("lets one of several in who use an invitation at once", async () => {
    const { id } = (await invite("viewer")).body;
    const people = await Promise.all([1, 2, 3, 4].map((n) => server.newPerson(`p${n}`)));
    const statuses = await Promise.all(people.map(async (one) => (await take(id, one)).status));
    expect(statuses.toSorted()).toEqual([200, 404, 404, 404]);
    expect((await members(owner)).body.members).toHaveLength(2);
  });

  it("ends invitations after seven days, by a handle, and when there are too many", async () => {
    const [old, revoked] = [(await invite("viewer")).body, (await invite("editor")).body];
    const path = `/spaces/${space}/invitations/${revoked.handle}`;
    expect((await server.call("DELETE", path, { token: owner.token })).status).toBe(204);
    expect((await server.call("DELETE", path, { token: owner.token })).status).toBe(404);
    expect((await take(revoked.id, guest)).status).toBe(404);
    // What lets in is not what names it.
    expect((await take(old.handle, guest)).status).toBe(404);
    server.now += 7 * DAY;
    expect((await take(old.id, guest)).status).toBe(404);
    expect(await open()).toEqual([]);
    for (let n = 0; n < 50; n++) expect((await invite("viewer")).status).toBe(201);
    expect((await invite("viewer")).status).toBe(409);
  });

  it("counts failures of an address, and answers a good invitation no more then", async () => {
    const { id } = (await invite("viewer")).body;
    const guesses = [];
    for (let n = 0; n < 21; n++) guesses.push((await take(newId(), stranger, "192.0.2.9")).status);
    expect(guesses.slice(0, 20).every((status) => status === 404)).toBe(true);
    expect(guesses[20]).toBe(429);
    expect((await take(id, guest, "192.0.2.9")).status).toBe(429);
    expect((await take(id, guest, "192.0.2.10")).status).toBe(200);
  });

  it("leaves an invitation to others that its taker does not need, and raises a viewer with one", async () => {
    const first = (await invite("viewer")).body;
    expect(await take(first.id, owner)).toMatchObject({ status: 200, body: { role: "owner" } });
    expect(await take(first.id, guest)).toMatchObject({ status: 200, body: { role: "viewer" } });
    const second = (await invite("editor")).body;
    expect(await take(second.id, guest)).toMatchObject({ body: { role: "editor" } });
    const third = (await invite("viewer")).body;
    expect(await take(third.id, guest)).toMatchObject({ status: 200, body: { role: "editor" } });
    expect(await open()).toHaveLength(1);
    expect((await members(owner)).body.members).toHaveLength(2);
  });

  it("shows members to members: ids, roles and names, and nothing of their devices", async () => {
    await join(guest, "viewer");
    const name = (by: Person, text: string) =>
      server.call("PUT", "/account/name", { token: by.token, body: { name: text } });
    expect((await name(guest, "  Zoë 🌊  ")).status).toBe(204);
    expect((await name(guest, "x".repeat(61))).status).toBe(400);
    const { body } = await members(owner);
    expect(body.members).toMatchObject([
      { id: owner.accountId, role: "owner", name: null, self: true },
      { id: guest.accountId, role: "viewer", name: "Zoë 🌊", self: false },
    ]);
    expect(Object.keys(body.members[0] ?? {}).toSorted()).toEqual(["id", "name", "role", "self", "since"]);
    expect(await server.call("GET", "/account/name", { token: guest.token })).toMatchObject({
      body: { name: "Zoë 🌊" },
    });
    expect((await members(guest)).body.members.map(({ self }) => self)).toEqual([false, true]);
    expect((await members(stranger)).status).toBe(404);
    await name(guest, "");
    expect((await members(owner)).body.members[1]?.name).toBeNull();
  });

  it("changes roles: a viewer reads and does not write, and only the owner says who is what", async () => {
    await join(guest, "editor");
    await join(stranger, "editor");
    expect((await change(guest, stranger, "viewer")).status).toBe(403);
    expect((await invite("viewer", guest)).status).toBe(403);
    expect((await remove(guest, stranger)).status).toBe(403);
    expect((await change(owner, owner, "viewer")).status).toBe(404);
    expect((await change(owner, guest, "owner")).status).toBe(400);
    const before = await headOfHome(guest);
    expect((await change(owner, guest, "viewer")).status).toBe(204);
    expect(await headOfHome(guest)).toBeGreaterThan(before);
    const refused = await server.push(guest, [op({ id: "no" })], space);
    expect(refused).toMatchObject({ status: 403, body: { error: { code: "read_only" } } });
    expect(await server.pullAll(guest, 500, space)).toHaveLength(1);
    expect((await change(owner, guest, "viewer")).status).toBe(204);
    expect((await change(owner, guest, "editor")).status).toBe(204);
    expect((await server.push(guest, [op({ id: "yes" })], space)).status).toBe(200);
  });

  it("removes and is left: the next push and pull answer 404, and it may be joined again", async () => {
    await join(guest, "editor");
    await join(stranger, "viewer");
    expect((await remove(owner, owner)).status).toBe(404);
    expect((await remove(stranger, stranger)).status).toBe(204);
    const before = await headOfHome(guest);
    expect((await remove(owner, guest)).status).toBe(204);
    expect(await headOfHome(guest)).toBeGreaterThan(before);
    for (const one of [guest, stranger]) {
      expect((await server.push(one, [op()], space)).status).toBe(404);
      expect((await server.pull(one, undefined, 500, space)).status).toBe(404);
      expect(await spacesOf(one)).toEqual([]);
      // Its id stays taken: nobody makes a space of their own of it.
      const body = { kind: "conversation", encrypted: false };
      expect((await server.call("PUT", `/spaces/${space}`, { token: one.token, body })).status).toBe(403);
    }
    expect((await remove(owner, guest)).status).toBe(404);
    expect((await join(guest, "viewer")).status).toBe(200);
  });

  it("never shares a home space", async () => {
    expect((await invite("editor", owner, owner.homeSpace)).status).toBe(400);
  });

  it("tells a removed member's open stream at once, and nothing more of the space", async () => {
    await join(guest, "editor");
    const reply = await server.raw("GET", "/events", { token: guest.token });
    const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
    let heard = "";
    const listening = (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        heard += new TextDecoder().decode(value);
      }
    })();
    const heads = () => [...heard.matchAll(/event: heads\ndata: (.*)\n/g)].map(([, json]) => String(json));
    await expect.poll(() => heads().at(-1)).toContain(space);
    await server.push(owner, [op()], space);
    await expect.poll(() => heard).toContain(`"space":"${space}"`);
    const removed = performance.now();
    await remove(owner, guest);
    await expect.poll(() => heads().at(-1), { timeout: 8_000 }).not.toContain(space);
    console.log(
      `members: the stream knew of the removal ${(performance.now() - removed).toFixed(0)} ms after`,
    );
    heard = "";
    await server.push(owner, [op()], space);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(heard).not.toContain(space);
    await reader.cancel();
    await listening;
  });

  it("takes from the owner's room what a member pushes", async () => {
    const small = new SyncServer(database, { spaceBytes: 5_000 });
    await join(guest, "editor");
    const { body } = await small.push(guest, [op({ id: "big", body: "x".repeat(6_000) })], space);
    expect(body.results).toMatchObject([{ status: "quota" }]);
    await small.push(guest, [op({ id: "mid", body: "x".repeat(3_000) })], space);
    const mine = await small.push(owner, [op({ id: "own", body: "x".repeat(3_000) })], space);
    expect(mine.body.results).toMatchObject([{ status: "quota" }]);
  });

  it("is passed on by its owner to a member, whose account it goes with from then on", async () => {
    const pass = (by: Person, to: Person) =>
      server.call("PUT", `/spaces/${space}/owner`, { token: by.token, body: { account: to.accountId } });
    const roles = async (by: Person) =>
      Object.fromEntries((await members(by)).body.members.map(({ id, role }) => [id, role]));
    await join(guest, "viewer");
    expect((await pass(owner, stranger)).status).toBe(404);
    expect((await pass(owner, owner)).status).toBe(404);
    expect((await pass(guest, guest)).status).toBe(403);
    expect((await pass(stranger, guest)).status).toBe(404);
    const program = await server.newDevice(owner, "program", ["sync"]);
    expect((await pass(program, guest)).status).toBe(403);
    // What is to be deleted would take the conversation along.
    await server.call("DELETE", "/account", { token: guest.token });
    expect(await pass(owner, guest)).toMatchObject({ status: 409, body: { error: { code: "leaving" } } });
    await server.call("POST", "/account/restore", { token: guest.token });
    const heads = [await headOfHome(owner), await headOfHome(guest)];
    expect((await pass(owner, guest)).status).toBe(204);
    expect(await roles(owner)).toEqual({ [owner.accountId]: "editor", [guest.accountId]: "owner" });
    expect(await headOfHome(owner)).toBeGreaterThan(heads[0] ?? 0);
    expect(await headOfHome(guest)).toBeGreaterThan(heads[1] ?? 0);
    // The one before may write, and decides nothing any more.
    expect((await server.push(owner, [op({ id: "after" })], space)).status).toBe(200);
    expect((await pass(owner, owner)).status).toBe(403);
    expect((await invite("viewer", owner)).status).toBe(403);
    expect((await invite("viewer", guest)).status).toBe(201);
    // Of two at once, one is the owner in the end.
    await join(stranger, "editor").catch(() => null);
    const { id } = (await invite("editor", guest)).body;
    await take(id, stranger);
    await Promise.all([pass(guest, owner), pass(guest, stranger)]);
    const after = Object.values(await roles(owner)).filter((role) => role === "owner");
    expect(after).toHaveLength(1);
    const row = await database.kysely
      .selectFrom("spaces")
      .select("owner_id")
      .where("id", "=", space)
      .executeTakeFirst();
    expect((await roles(owner))[row?.owner_id ?? ""]).toBe("owner");
    // Its first owner's account goes, and it stays.
    const last = [owner, stranger].find(({ accountId }) => accountId === row?.owner_id) ?? owner;
    const gone = last === owner ? stranger : owner;
    await server.call("DELETE", "/account", { token: gone.token });
    await purgeAccounts(database, server.now + 8 * DAY);
    expect((await server.pull(last, undefined, 500, space)).body.items.map(({ id: of }) => of)).toContain(
      "first",
    );
  });

  it("goes with its owner's account, and a member's account leaves it", async () => {
    await join(guest, "editor");
    await server.call("PUT", "/account/name", { token: guest.token, body: { name: "Guest" } });
    await invite("viewer");
    await server.call("DELETE", "/account", { token: guest.token });
    await purgeAccounts(database, server.now + 8 * DAY);
    expect((await members(owner)).body.members).toMatchObject([{ role: "owner" }]);
    await join(stranger, "viewer");
    await server.call("DELETE", "/account", { token: owner.token });
    await purgeAccounts(database, server.now + 8 * DAY);
    expect(await spacesOf(stranger)).toEqual([]);
    for (const table of ["members", "invitations"] as const) {
      const rows = await database.kysely
        .selectFrom(table)
        .select("space_id")
        .where("space_id", "=", space)
        .execute();
      expect(rows).toEqual([]);
    }
    const names = await database.kysely
      .selectFrom("account_names")
      .selectAll()
      .where("account_id", "=", guest.accountId)
      .execute();
    expect(names).toEqual([]);
  });
});
