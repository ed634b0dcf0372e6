import { describe, expect, it } from "vitest";

import { purgeAccounts } from "../../../sync-server/repos/purge.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { SyncServer } from "./sync-fixture.ts";

const PROXY = "198.51.100.1";
const HEADER = "x-forwarded-user";

describe.each(DATABASE_KINDS)("the operator's own login, on $name", ({ start }) => {
  let database: Database;
  let server: SyncServer;
  useDatabase(start, (made) => {
    database = made;
    server = new SyncServer(database, { identityHeader: HEADER, registration: "closed" });
  });
  const signIn = (subject: string, { from = PROXY, headers = {} } = {}) =>
    server.call<{ accountId: string; token: string }>("POST", "/identity/devices", {
      body: { name: "laptop" },
      from,
      headers: { [HEADER]: subject, ...headers },
    });

  it("gives each person one account, whatever the browser, also when two ask at once", async () => {
    const [one, two] = await Promise.all([signIn("ada@example.com"), signIn("ada@example.com")]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.accountId).toBe(two.body.accountId);
    expect(one.body.token).not.toBe(two.body.token);
    expect((await signIn("bob@example.com")).body.accountId).not.toBe(one.body.accountId);
    const { body } = await server.call<{ devices: unknown[] }>("GET", "/devices", { token: one.body.token });
    expect(body.devices).toHaveLength(2);
    // What the login calls them is nobody else's to read.
    const kept = await database.kysely.selectFrom("identities").selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain("@");
  });

  it("is believed from the named proxy alone, and never for another site's page", async () => {
    expect((await signIn("ada@example.com", { from: "203.0.113.9" })).status).toBe(401);
    for (const site of ["cross-site", "same-site"])
      expect((await signIn("ada@example.com", { headers: { "sec-fetch-site": site } })).status).toBe(403);
    expect((await signIn("ada@example.com", { headers: { "sec-fetch-site": "same-origin" } })).status).toBe(
      201,
    );
    for (const bad of ["", " ", "a\u0001b", "x".repeat(400)])
      expect((await signIn(bad).catch(() => ({ status: 401 }))).status, JSON.stringify(bad)).toBe(401);
    const form = await server.raw("POST", "/identity/devices", {
      bytes: new TextEncoder().encode("name=x"),
      from: PROXY,
      headers: { [HEADER]: "ada@example.com", "content-type": "text/plain" },
    });
    expect(form.status).toBe(415);
    const off = new SyncServer(database);
    expect((await off.call("POST", "/identity/devices", { body: { name: "x" }, from: PROXY })).status).toBe(
      404,
    );
  });

  it("knows nobody any more after the account is gone", async () => {
    const { body } = await signIn("eve@example.com");
    await server.call("DELETE", "/account", { token: body.token });
    await purgeAccounts(database, server.now + 8 * 24 * 60 * 60_000);
    expect((await signIn("eve@example.com")).body.accountId).not.toBe(body.accountId);
  });
});
