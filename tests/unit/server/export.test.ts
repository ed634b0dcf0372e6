import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";

import { BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { op, SyncServer } from "./sync-fixture.ts";

type Line = Record<string, Record<string, unknown>>;

describe.each(DATABASE_KINDS)("everything of an account, from $name", ({ start }) => {
  let database: Database;
  let server: SyncServer;
  useDatabase(start, (made) => {
    database = made;
    server = new SyncServer(database);
  });

  it("is all there, byte for byte, and nothing of others or secret", async () => {
    const [person, other] = [await server.newPerson("laptop"), await server.newPerson("stranger")];
    const ops = Array.from({ length: 450 }, (_, n) => op({ body: `text ${n} 世界` }));
    await server.push(person, ops);
    await server.push(other, [op({ body: "of another" })]);
    const bytes = randomBytes(BLOB_PART_BYTES + 77);
    const id = createHash("sha256").update(bytes).digest("hex");
    const path = `/spaces/${person.homeSpace}/blobs/${id}`;
    for (const n of [0, 1])
      await server.raw("PUT", `${path}/parts/${n}`, {
        token: person.token,
        bytes: bytes.subarray(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES),
      });
    await server.call("POST", `${path}/finish`, { token: person.token, body: { size: bytes.length } });

    const reply = await server.raw("GET", "/account/export", { token: person.token });
    expect(reply.headers.get("content-type")).toBe("application/x-ndjson");
    const text = await reply.text();
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    const of = (name: string) => lines.flatMap((line) => (line[name] ? [line[name]] : []));
    expect(of("account")).toMatchObject([{ id: person.accountId }]);
    expect(of("device")).toMatchObject([{ name: "laptop" }]);
    expect(of("item").map(({ body }) => body)).toEqual(ops.map(({ body }) => body));
    const parts = of("part").map(({ base64 }) => Buffer.from(String(base64), "base64"));
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(lines.at(-1)).toEqual({ end: { spaces: 1 } });
    for (const secret of [
      "of another",
      other.accountId,
      person.token,
      person.authKey,
      "token_hash",
      "auth_hash",
    ])
      expect(text).not.toContain(secret);
    const reader = await server.newDevice(person, "script", ["sync"]);
    expect((await server.raw("GET", "/account/export", { token: reader.token })).status).toBe(403);
  });
});
