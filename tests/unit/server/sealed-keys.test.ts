import { createHash, randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";

import { newId } from "../../../src/domain/ids.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { purgeAccounts } from "../../../sync-server/repos/purge.ts";
import { exportAccount } from "../../../sync-server/sync/export-account.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { op, SyncServer, type Person } from "./sync-fixture.ts";

const key = (letter: string): string => letter.repeat(80);
const sealed = (text: string): string => `e1.${Buffer.from(text).toString("base64url")}`;
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

describe.each(DATABASE_KINDS)("keys the server cannot use, on $name", ({ start }) => {
  let database: Database;
  let server: SyncServer;
  let owner: Person;
  let guest: Person;

  useDatabase(start, (made) => void (database = made));
  beforeEach(async () => {
    server = new SyncServer(database);
    [owner, guest] = [await server.newPerson("owner"), await server.newPerson("guest")];
  });

  const accountKey = async (of: Person) =>
    (await server.call<{ key: string | null }>("GET", "/account", { token: of.token })).body.key;
  const giveKey = (of: Person, given: string, authKey = of.authKey) =>
    server.call("PUT", "/account/key", { token: of.token, body: { authKey, key: given } });
  const make = (of: Person, space: string, about: Record<string, unknown>) =>
    server.call<{ encrypted: boolean; key: string | null }>("PUT", `/spaces/${space}`, {
      token: of.token,
      body: { kind: "conversation", ...about },
    });
  const keyOf = async (of: Person, space: string) => {
    const { body } = await server.call<{ spaces: { key: string | null }[] }>(
      "GET",
      `/spaces?space=${space}`,
      { token: of.token },
    );
    return body.spaces.map((one) => one.key);
  };
  const invite = async (space: string) => {
    const { body } = await server.call<{ id: string }>("POST", `/spaces/${space}/invitations`, {
      token: owner.token,
      body: { role: "editor" },
    });
    return body.id;
  };
  const take = (id: string, by: Person, given?: string) =>
    server.call<{ space: string }>("POST", `/invitations/${id}/take`, {
      token: by.token,
      body: given === undefined ? {} : { key: given },
    });

  it("come with a new account and with every new device of it", async () => {
    const authKey = randomBytes(32).toString("base64url");
    const body = { authHash: hashOf(authKey), name: "one", key: key("a") };
    expect(await server.call("POST", "/accounts", { body })).toMatchObject({
      status: 201,
      body: { key: key("a") },
    });
    expect(await server.call("POST", "/devices", { body: { authKey, name: "two" } })).toMatchObject({
      status: 201,
      body: { key: key("a") },
    });
  });

  it("can be given to an account later, once, by who has its secret", async () => {
    expect(await accountKey(owner)).toBeNull();
    expect((await giveKey(owner, key("a"), guest.authKey)).status).toBe(403);
    expect(await accountKey(owner)).toBeNull();
    expect((await giveKey(owner, key("a"))).status).toBe(204);
    expect((await giveKey(owner, key("b"))).status).toBe(409);
    expect(await accountKey(owner)).toBe(key("a"));
    expect(await accountKey(guest)).toBeNull();
  });

  it("slow down who guesses a secret with a stolen token", async () => {
    const wrong = randomBytes(32).toString("base64url");
    const statuses = new Set<number>();
    for (let n = 0; n < 25; n += 1) statuses.add((await giveKey(owner, key("a"), wrong)).status);
    expect([...statuses]).toEqual([403, 429]);
  });

  it("change with the secret, and no secret takes their place without them", async () => {
    const rotate = (body: Record<string, unknown>) =>
      server.call("POST", "/account/rotate", { token: owner.token, body });
    const [first, second] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
    expect((await rotate({ authHash: hashOf(first) })).status).toBe(204);
    expect((await rotate({ authHash: hashOf(second), key: key("a") })).status).toBe(204);
    expect(await accountKey(owner)).toBe(key("a"));

    const refused = await rotate({ authHash: hashOf(first) });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "key_needed" } } });
    // Nothing of it was done: the secret of before still signs in.
    const signIn = { authKey: second, name: "again" };
    expect((await server.call("POST", "/devices", { body: signIn })).status).toBe(201);
    expect((await rotate({ authHash: hashOf(first), key: key("b") })).status).toBe(204);
    expect(await accountKey(owner)).toBe(key("b"));
  });

  it("are not replaced by who knows another one, and sign-in links do not outlive a rotation", async () => {
    await giveKey(owner, key("a"));
    const fresh = randomBytes(32).toString("base64url");
    const rotate = (before: string | null) =>
      server.call("POST", "/account/rotate", {
        token: owner.token,
        body: { authHash: hashOf(fresh), key: key("c"), before },
      });
    const letter = async () =>
      (await server.call<{ id: string }>("POST", "/pairs", { token: owner.token, body: {} })).body.id;
    const take = async (id: string) =>
      (await server.call("POST", `/pairs/${id}/take`, { body: { name: "late" } })).status;
    expect((await rotate(null)).status).toBe(409);
    expect((await rotate(key("b"))).status).toBe(409);
    expect(await accountKey(owner)).toBe(key("a"));
    const before = await letter();
    expect((await rotate(key("a"))).status).toBe(204);
    expect(await accountKey(owner)).toBe(key("c"));
    expect(await take(before)).toBe(404);
    const device = await server.newDevice({ ...owner, authKey: fresh }, "stolen");
    const made = await letter();
    await server.call("DELETE", `/devices/${device.deviceId}`, { token: owner.token });
    expect(await take(made)).toBe(404);
  });

  it("a rotation to a secret that is taken leaves the key as it is", async () => {
    await giveKey(owner, key("a"));
    const body = { authHash: hashOf(guest.authKey), key: key("b") };
    expect((await server.call("POST", "/account/rotate", { token: owner.token, body })).status).toBe(409);
    expect(await accountKey(owner)).toBe(key("a"));
  });

  it("are made with a space, and whoever makes it again learns the first ones", async () => {
    const [space, open] = [newId(), newId()];
    expect((await make(owner, space, { encrypted: true })).status).toBe(400);
    expect((await make(owner, space, { encrypted: false, key: key("a") })).status).toBe(400);
    expect((await make(owner, space, { encrypted: true, key: "short" })).status).toBe(400);
    const made = { status: 200, body: { encrypted: true, key: key("a") } };
    expect(await make(owner, space, { encrypted: true, key: key("a") })).toMatchObject(made);
    expect(await make(owner, space, { encrypted: true, key: key("b") })).toMatchObject(made);
    expect(await make(owner, space, { encrypted: false })).toMatchObject(made);
    expect((await make(guest, space, { encrypted: true, key: key("c") })).status).toBe(403);
    expect(await make(owner, open, { encrypted: false })).toMatchObject({
      body: { encrypted: false, key: null },
    });
    expect(await keyOf(owner, space)).toEqual([key("a")]);
    expect(await keyOf(owner, open)).toEqual([null]);
    expect(await keyOf(guest, space)).toEqual([]);
  });

  it("an encrypted space takes nothing that is not encrypted", async () => {
    const space = newId();
    await make(owner, space, { encrypted: true, key: key("a") });
    const plain = op({ body: '{"title":"a secret"}' });
    const refused = await server.push(owner, [op({ body: sealed("x") }), plain], space);
    expect(refused).toMatchObject({ status: 422, body: { error: { code: "not_encrypted" } } });
    expect(await server.pullAll(owner, 500, space)).toEqual([]);
    expect((await server.push(owner, [op({ body: sealed("x") }), op({ body: null })], space)).status).toBe(
      200,
    );
    const part = (blob: string) =>
      server.call("PUT", `/spaces/${space}/blobs/${blob}/parts/0`, {
        token: owner.token,
        bytes: new TextEncoder().encode("PACK"),
      });
    expect((await part("a".repeat(40))).status).toBe(403);
    expect((await part("a".repeat(64))).status).toBe(204);
  });

  it("each member has one of their own, which goes when they do", async () => {
    const space = newId();
    await make(owner, space, { encrypted: true, key: key("a") });
    const id = await invite(space);
    expect(await take(id, guest)).toMatchObject({ status: 409, body: { error: { code: "key_needed" } } });
    expect((await take(id, guest, key("g"))).status).toBe(200);
    expect(await keyOf(guest, space)).toEqual([key("g")]);
    expect(await keyOf(owner, space)).toEqual([key("a")]);

    // A second link, with another key, takes a wrong one's place; the owner's stays.
    const again = await invite(space);
    expect((await take(again, guest, key("h"))).status).toBe(200);
    expect((await take(again, owner, key("x"))).status).toBe(200);
    expect(await keyOf(guest, space)).toEqual([key("h")]);
    expect(await keyOf(owner, space)).toEqual([key("a")]);

    const removed = `/spaces/${space}/members/${guest.accountId}`;
    expect((await server.call("DELETE", removed, { token: owner.token })).status).toBe(204);
    const left = await database.kysely
      .selectFrom("space_keys")
      .select("account_id")
      .where("space_id", "=", space)
      .execute();
    expect(left).toEqual([{ account_id: owner.accountId }]);
  });

  it("go along in an export, and with the account", async () => {
    const space = newId();
    await giveKey(owner, key("a"));
    await make(owner, space, { encrypted: true, key: key("s") });
    await take(await invite(space), guest, key("g"));
    const lines: unknown[] = [];
    for await (const line of exportAccount(database, owner.accountId)) lines.push(line);
    expect(lines).toContainEqual({ account: expect.objectContaining({ key: key("a") }) as unknown });
    expect(lines).toContainEqual({ space: expect.objectContaining({ id: space, key: key("s") }) as unknown });
    expect(JSON.stringify(lines)).not.toContain(key("g"));

    await server.call("DELETE", "/account", { token: owner.token });
    await purgeAccounts(database, server.now + 8 * 24 * 60 * 60_000);
    for (const [table, column, value] of [
      ["account_keys", "account_id", owner.accountId],
      ["space_keys", "space_id", space],
    ] as const) {
      const rows = await database.kysely
        .selectFrom(table)
        .select("sealed")
        .where(column as "account_id", "=", value)
        .execute();
      expect(rows).toEqual([]);
    }
  });
});
