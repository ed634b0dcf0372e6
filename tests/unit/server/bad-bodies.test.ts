import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { operatedApp } from "./operated-app.ts";

const [sqlite] = DATABASE_KINDS;

/** Every route that takes JSON, by the server's own description of itself. */
describe("a body that is no JSON", () => {
  let kind: Awaited<ReturnType<NonNullable<typeof sqlite>["start"]>>;
  let server: Awaited<ReturnType<typeof operatedApp>>;
  let routes: { method: string; path: string }[];

  beforeAll(async () => {
    if (!sqlite) throw new Error("No database.");
    kind = await sqlite.start();
    server = await operatedApp(await kind.newDatabase());
    const reply = await server.ask("/v1/openapi.json");
    const { paths } = (await reply.json()) as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>;
    };
    routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { requestBody }]) => requestBody && "application/json" in requestBody.content)
        .map(([method]) => ({ method: method.toUpperCase(), path })),
    );
  });

  afterAll(async () => {
    await server?.close();
    await kind?.stop();
  });

  it.each([
    ["that is cut", 400, "application/json", '{"name":'],
    ["of another type", 415, "text/plain", '{"name":"x"}'],
    ["of no type", 415, "", '{"name":"x"}'],
  ])("%s is the caller's mistake on every route", async (_what, status, type, text) => {
    const { token, homeSpace } = await server.newPerson();
    const made = await server.ask("/v1/sites", { method: "POST", token, body: {} });
    const { id: site } = (await made.json()) as { id: string };
    expect(routes.length).toBeGreaterThan(12);
    for (const { method, path } of routes) {
      const filled = path
        .replace("{space}", homeSpace)
        .replace("{site}", site)
        .replace("{blob}", "0".repeat(40))
        .replaceAll(/\{\w+\}/g, "0".repeat(32));
      const headers = type === "" ? {} : { "content-type": type };
      const reply = await server.ask(`/v1${filled}`, {
        method,
        headers,
        bytes: new TextEncoder().encode(text),
        token,
      });
      expect([reply.status, await reply.json()], `${method} ${path}`).toEqual([
        status,
        { error: { code: "bad_request", message: expect.stringContaining("JSON") as string } },
      ]);
      expect(reply.headers.get("cache-control")).toBe("no-store");
    }
    expect(server.lines.filter((line) => /"level":[4-6]0/.test(line))).toEqual([]);
  });
});
