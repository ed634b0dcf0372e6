import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { serveOn127 } from "./fixture.ts";
import { operatedApp } from "./operated-app.ts";
import { op } from "./sync-fixture.ts";

const BODY = "canary-of-a-body";
const METRICS = "canary-of-the-metrics-token";

describe.each(DATABASE_KINDS)("the log on $name", ({ start }) => {
  let kind: Awaited<ReturnType<typeof start>>;
  let upstream: Awaited<ReturnType<typeof serveOn127>>;
  let server: Awaited<ReturnType<typeof operatedApp>>;

  beforeAll(async () => {
    kind = await start();
    upstream = await serveOn127((request, response) => {
      if (request.url?.includes("broken")) response.destroy();
      else response.setHeader("x-secret", BODY).end(BODY);
    });
    server = await operatedApp(await kind.newDatabase(), {
      LOG_LEVEL: "trace",
      OKCVM_METRICS: METRICS,
      OKCVM_PRIVATE_HOSTS: new URL(upstream.url).host,
      OKCVM_PROXIES: "192.0.2.1",
    });
  }, 180_000);

  afterAll(async () => {
    await server?.database.close().catch(() => undefined);
    await upstream?.stop();
    await kind?.stop();
  });

  it("holds no token, no secret, no body, no address and no header of any request, whatever becomes of it", async () => {
    const { ask, newPerson, logged, lines } = server;
    const person = await newPerson(`name-${BODY}`);
    const { token, homeSpace } = person;
    const post = (path: string, body: unknown, how: { token?: string } = { token }) =>
      ask(path, {
        method: "POST",
        body,
        ...how,
        headers: { cookie: BODY, "x-forwarded-for": "203.0.113.77" },
      });
    const answers = [
      await post("/v1/devices", { authKey: person.authKey, name: BODY }, {}),
      await post("/v1/devices", { authKey: "A".repeat(42) + "B", name: BODY }, {}),
      await post("/v1/pairs", { box: Buffer.from(BODY).toString("base64url") }),
      await post(`/v1/spaces/${homeSpace}/push`, { ops: [op({ body: BODY })] }),
      await post(`/v1/spaces/${homeSpace}/push?q=${BODY}`, {
        ops: [op({ id: BODY, class: "set", body: BODY })],
      }),
      await post(`/v1/spaces/${homeSpace}/push`, { ops: [{ id: `${BODY} no id`, body: BODY }] }),
      await post(`/v1/spaces/${homeSpace}/push`, `"${BODY}`),
      await post(`/v1/spaces/${homeSpace}/push`, { ops: [op()] }, { token: `${token}x` }),
      await ask(`/v1/spaces/${homeSpace}/pull?cursor=${BODY}`, { token }),
      await ask(`/v1/spaces/${homeSpace}/pull`, { token }),
      await ask(`/v1/spaces/${BODY}/pull`, { token }),
      await post("/v1/fetch", { url: `${upstream.url}/${BODY}?k=${BODY}`, headers: { authorization: BODY } }),
      await post("/v1/fetch", { url: `${upstream.url}/broken-${BODY}`, method: "POST", body: BODY }),
      await post("/v1/fetch", { url: `http://169.254.169.254/${BODY}` }),
      await post("/v1/fetch", { url: `http://${BODY}.invalid/` }),
      await ask(`/v1/git/127.0.0.1/${BODY}.git/info/refs?service=git-upload-pack`, {
        headers: { "x-git-authorization": `Basic ${BODY}` },
      }),
      await ask(`/metrics?token=${METRICS}`, { token: METRICS }),
      await ask("/metrics", { token: `${METRICS}x` }),
      await ask(`/v1/${BODY}`, { token }),
      await ask(`/${BODY}`, { token, headers: { "x-request-id": `${BODY} with a space` } }),
    ];
    for (const answer of answers) await answer.text().catch(() => "cut");
    // And when the database fails in the middle of it.
    await server.database.kysely.schema.dropTable("items").execute();
    expect((await post(`/v1/spaces/${homeSpace}/push`, { ops: [op({ body: BODY })] })).status).toBe(500);
    await server.database.kysely.schema.dropTable("devices").execute();
    expect((await ask("/v1/devices", { token: token.replace(/.$/, "x") })).status).toBe(500);
    await server.database.close();
    expect((await ask("/readyz")).status).toBe(503);

    expect(answers.map(({ status }) => status)).toEqual(
      expect.arrayContaining([200, 201, 400, 401, 403, 404, 502]),
    );
    expect(lines.length).toBeGreaterThan(answers.length);
    expect(logged()).toContain('"msg":"a request failed"');
    expect(logged()).toContain('"route":"sync /spaces/:space/push"');
    for (const secret of [
      "canary",
      token.slice(6),
      person.authKey,
      person.authHash,
      homeSpace,
      "203.0.113.77",
      "Bearer",
    ])
      expect(logged(), secret).not.toContain(secret);
    // Nor is anything of it there in another spelling: a line has known fields only.
    const fields = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
    const known = [
      "at",
      "code",
      "error",
      "level",
      "method",
      "ms",
      "msg",
      "request",
      "route",
      "status",
      "time",
    ];
    expect([...fields].filter((field) => !known.includes(field))).toEqual([]);
  });
});
