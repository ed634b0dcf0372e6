import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { readConfig } from "../../../sync-server/config.ts";
import { serveOn127 } from "./fixture.ts";
import { operatedApp } from "./operated-app.ts";

const [sqlite] = DATABASE_KINDS;
const WHEEL_BYTES = 40_000;

describe("the Git proxy and Python packages, for accounts only", () => {
  let kind: Awaited<ReturnType<NonNullable<typeof sqlite>["start"]>>;
  let upstream: Awaited<ReturnType<typeof serveOn127>>;
  let cache: string;
  let asked: string[];
  const apps: Awaited<ReturnType<typeof operatedApp>>[] = [];

  beforeEach(async () => {
    if (!sqlite) throw new Error("No database.");
    kind = await sqlite.start();
    asked = [];
    cache = mkdtempSync(join(tmpdir(), "okcvm-packages-"));
    upstream = await serveOn127((request, response) => {
      asked.push(request.url ?? "");
      if (request.url?.includes("info/refs"))
        response.setHeader("content-type", "application/x-git-upload-pack-advertisement");
      response.end(Buffer.alloc(WHEEL_BYTES, 1));
    });
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await upstream.stop();
    await kind.stop();
    rmSync(cache, { recursive: true, force: true });
  });

  const serve = async (environment: Record<string, string> = {}) => {
    const app = await operatedApp(await kind.newDatabase(), {
      OKCVM_PYODIDE_URL: `${upstream.url}/full/`,
      OKCVM_CACHE_DIR: cache,
      OKCVM_PRIVATE_HOSTS: `127.0.0.1:${upstream.port}`,
      ...environment,
    });
    apps.push(app);
    return app;
  };
  const newToken = async (app: Awaited<ReturnType<typeof serve>>, scopes?: string[]): Promise<string> => {
    const authKey = randomBytes(32).toString("base64url");
    const authHash = createHash("sha256").update(authKey).digest("hex");
    const made = await app.ask("/v1/accounts", { method: "POST", body: { authHash, name: "x" } });
    const { token } = (await made.json()) as { token: string };
    if (!scopes) return token;
    const device = await app.ask("/v1/devices", { method: "POST", body: { authKey, name: "y", scopes } });
    return ((await device.json()) as { token: string }).token;
  };
  const git = () => `/v1/git/127.0.0.1:${upstream.port}/a.git/info/refs?service=git-upload-pack`;
  const wheel = "/py/pkgs/numpy-1.0-cp314-cp314-pyodide_2025_0_wasm32.whl";

  it("are for everyone unless the operator wants it otherwise", async () => {
    const app = await serve();
    for (const path of [wheel, git()]) {
      const given = await app.ask(path, { headers: { "x-git-scheme": "http" } });
      expect((await given.arrayBuffer()).byteLength).toBe(WHEEL_BYTES);
    }
  });

  it("answer who has a device's token with the scope proxy, and call nobody for others", async () => {
    const app = await serve({ OKCVM_PROXY_FOR: "accounts" });
    const token = await newToken(app);
    const without = await newToken(app, ["sync"]);
    for (const path of [wheel, git()]) {
      const ask = (device?: string) =>
        app.ask(path, {
          headers: { "x-git-scheme": "http", ...(device === undefined ? {} : { "x-okcvm-device": device }) },
        });
      for (const device of [undefined, "", `${token}x`, without]) {
        const refused = await ask(device);
        expect(refused.status).toBe(401);
        expect(await refused.json()).toMatchObject({ error: { code: "unauthorized" } });
      }
      expect(asked).toEqual([]);
      const given = await ask(token);
      expect(given.status).toBe(200);
      expect((await given.arrayBuffer()).byteLength).toBe(WHEEL_BYTES);
      asked.length = 0;
    }
    expect(app.logged()).not.toContain(token);
  });

  it("count as what is fetched for an account, whichever way", async () => {
    const app = await serve({ OKCVM_PROXY_FOR: "accounts", OKCVM_FETCH_MB_PER_HOUR: "1" });
    const [token, other] = [await newToken(app), await newToken(app)];
    const take = async (device: string) => {
      const reply = await app.ask(wheel, { headers: { "x-okcvm-device": device } });
      await reply.arrayBuffer();
      return reply.status;
    };
    const most = Math.ceil((1024 * 1024) / WHEEL_BYTES);
    for (let n = 0; n < most; n++) expect(await take(token)).toBe(200);
    expect(await take(token)).toBe(429);
    const headers = { "x-git-scheme": "http", "x-okcvm-device": token };
    expect((await app.ask(git(), { headers })).status).toBe(429);
    expect(
      (await app.ask("/v1/fetch", { method: "POST", token, body: { url: "https://example.com/" } })).status,
    ).toBe(429);
    expect(await take(other)).toBe(200);
  });

  it("need accounts to be there", () => {
    expect(() => readConfig({ OKCVM_PROXY_FOR: "accounts", OKCVM_DATABASE_URL: "off" })).toThrow(
      /turns accounts off/,
    );
    expect(() => readConfig({ OKCVM_PROXY_FOR: "friends" })).toThrow(/only everyone or accounts/);
  });
});
