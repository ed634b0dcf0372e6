import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openDatabase } from "../../../sync-server/db/open.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { op, SyncServer, type Person } from "./sync-fixture.ts";

interface Operation {
  method: string;
  path: string;
  /** True when it wants a token. */
  secured: boolean;
}

/** A good body for each operation that takes one, so that nothing but the owner is wrong with the call. */
const BODIES: Record<string, unknown> = {
  "PATCH /devices/{device}": { name: "mine now" },
  "PUT /spaces/{space}": { kind: "conversation", encrypted: false },
  "POST /pairs/{pair}/take": { name: "mine" },
  "POST /spaces/{space}/blobs/{blob}/finish": { size: 1 },
  "POST /spaces/{space}/invitations": { role: "editor" },
  "PATCH /spaces/{space}/members/{account}": { role: "viewer" },
  "PUT /spaces/{space}/owner": { account: "0".repeat(32) },
  "PUT /account/name": { name: "mine" },
  "PUT /account/key": { authKey: "A".repeat(43), key: "k".repeat(80) },
  "POST /identity/devices": { name: "x" },
  "POST /sites": {},
  "POST /sites/{site}/versions": {
    files: [{ path: "index.html", blob: "0".repeat(64), at: 0, size: 1, hash: "0".repeat(64) }],
  },
  "PUT /sites/{site}/active": { version: null },
  "POST /fetch": { url: "https://example.com/" },
  "POST /spaces/{space}/push": { ops: [op({ id: "intruder" })] },
};

const [sqlite] = DATABASE_KINDS;

/** Every route there is, by the server's own description of itself: a new one is in this test at once. */
describe("one tenant", () => {
  let kind: Awaited<ReturnType<NonNullable<typeof sqlite>["start"]>>;
  let database: Database;
  let server: SyncServer;
  let owner: Person;
  let intruder: Person;
  let operations: Operation[];
  /** Of the owner. */
  let site: string;

  beforeAll(async () => {
    if (!sqlite) throw new Error("No database.");
    kind = await sqlite.start();
    database = await openDatabase(await kind.newDatabase());
    server = new SyncServer(database);
    [owner, intruder] = [await server.newPerson("owner"), await server.newPerson("intruder")];
    await server.push(owner, [op({ id: "private" })]);
    site = (await server.call<{ id: string }>("POST", "/sites", { token: owner.token, body: {} })).body.id;
    const { body } = await server.call<{ paths: Record<string, Record<string, { security?: unknown }>> }>(
      "GET",
      "/openapi.json",
    );
    operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({
        method: method.toUpperCase(),
        path,
        secured: security !== undefined,
      })),
    );
  });

  afterAll(async () => {
    await database?.close();
    await kind?.stop();
  });

  const call = ({ method, path }: Operation, token?: string) => {
    const filled = path
      .replace("{space}", owner.homeSpace)
      .replace("{device}", owner.deviceId)
      .replace("{account}", owner.accountId)
      .replace("{invitation}", "0".repeat(32))
      .replace("{pair}", "0".repeat(32))
      .replace("{blob}", "0".repeat(40))
      .replace("{site}", site)
      .replace("{version}", "1")
      .replace("{part}", "0");
    expect(filled, "a parameter this test does not know").not.toContain("{");
    const body = BODIES[`${method} ${path}`];
    return server.call(method, filled, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    });
  };

  it("reads and changes nothing of another, on any route", async () => {
    const foreign = operations.filter(({ path }) => path.includes("{"));
    expect(foreign.length).toBeGreaterThan(4);
    for (const operation of foreign) {
      const { status } = await call(operation, intruder.token);
      expect([401, 403, 404], `${operation.method} ${operation.path}`).toContain(status);
    }
    expect(await server.pullAll(owner)).toMatchObject([{ id: "private" }]);
    const { body } = await server.call<{ devices: unknown[] }>("GET", "/devices", { token: owner.token });
    expect(body.devices).toMatchObject([{ name: "owner" }]);
  });

  it("is nobody without a good token", async () => {
    const secured = operations.filter((operation) => operation.secured);
    expect(secured.length).toBeGreaterThan(6);
    for (const operation of secured) {
      expect((await call(operation)).status, `${operation.method} ${operation.path}`).toBe(401);
      expect((await call(operation, `${owner.token}x`)).status).toBeGreaterThanOrEqual(401);
    }
  });

  it("is known by its token however the scheme before it is spelt", async () => {
    for (const scheme of ["bearer", "BEARER", "Bearer "]) {
      const headers = { authorization: `${scheme} ${owner.token}` };
      expect((await server.raw("GET", "/devices", { headers })).status).toBe(200);
      const reader = (await server.raw("GET", "/events", { headers })).body?.getReader();
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain("event: heads");
      await reader?.cancel();
    }
    for (const authorization of [owner.token, `Basic ${owner.token}`, `Bearer${owner.token}`])
      expect((await server.raw("GET", "/devices", { headers: { authorization } })).status).toBe(401);
  });

  it("finds its own in lists, and nothing else", async () => {
    for (const path of [
      "/devices",
      "/spaces",
      `/spaces?space=${owner.homeSpace}`,
      "/sites",
      "/account/invitations",
    ]) {
      const text = JSON.stringify((await server.call("GET", path, { token: intruder.token })).body);
      for (const secret of [owner.homeSpace, owner.deviceId, owner.accountId, site])
        expect(text).not.toContain(secret);
    }
  });
});
