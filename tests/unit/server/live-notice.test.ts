import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { syncRoutes } from "../../../sync-server/routes/sync/sync-api.ts";
import { createSyncParts } from "../../../sync-server/routes/sync/sync-parts.ts";
import { Notices } from "../../../sync-server/sync/notices.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { listenRoutes, type ListeningRoutes } from "../../support/sync/listen-routes.ts";
import { fetchParts, syncLimits } from "../../support/sync/sync-limits.ts";
import { SyncServer, type Person } from "./sync-fixture.ts";

/** The real one, which counts who listens. */
class CountedNotices extends Notices {
  listening = 0;

  override listen(...given: Parameters<Notices["listen"]>): () => void {
    this.listening += 1;
    const stop = super.listen(...given);
    return () => {
      this.listening -= 1;
      stop();
    };
  }
}

describe.each(DATABASE_KINDS)("the live notice on $name", ({ start }) => {
  let database: Database;
  let notices: CountedNotices;
  let routes: ReturnType<typeof syncRoutes>;
  let server: ListeningRoutes;
  let person: Person;
  useDatabase(start, (made) => void (database = made));

  beforeAll(async () => {
    notices = new CountedNotices(database);
    const limits = syncLimits();
    routes = syncRoutes({ ...createSyncParts({ database, limits }), notices }, fetchParts(limits));
    server = await listenRoutes("/v1", routes);
    const api = new SyncServer(database);
    person = await api.newPerson();
    const body = { kind: "conversation", encrypted: false };
    for (let count = 0; count < 5; count += 1)
      await api.call("PUT", `/spaces/${randomBytes(16).toString("hex")}`, { token: person.token, body });
  });
  afterAll(async () => {
    notices?.close();
    await server?.stop();
  });

  const listens = () => expect.poll(() => notices.listening, { timeout: 5_000 });

  it("listens to nothing any more when its reader leaves, whenever that is", async () => {
    const headers = { authorization: `Bearer ${person.token}` };
    await Promise.all(
      Array.from({ length: 40 }, async (_, turns) => {
        const reply = await routes.request("/events", { headers }, { entry: { route: "" } });
        for (let turn = 0; turn < turns; turn += 1) await new Promise((done) => setImmediate(done));
        await reply.body?.cancel();
      }),
    );
    // One that stays has looked after all of those had.
    const last = await routes.request("/events", { headers }, { entry: { route: "" } });
    const reader = last.body?.getReader();
    await reader?.read();
    await listens().toBe(6);
    await reader?.cancel();
    await listens().toBe(0);
  });

  it("listens to nothing any more when connections break", async () => {
    const path = "/v1/events";
    const headers = { authorization: `Bearer ${person.token}` };
    for (let count = 0; count < 60; count += 1)
      await new Promise<void>((done) => {
        const request = get({ host: "127.0.0.1", port: server.port, path, headers }, (reply) => {
          reply.on("error", () => undefined);
          reply.once("data", () => request.destroy());
        });
        request.on("error", () => undefined).on("close", () => done());
        if (count % 2 === 0) setTimeout(() => request.destroy(), (count % 12) / 2);
      });
    await listens().toBe(0);
  });
});
