import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";

import { KEPT_VERSIONS, SITE_LIMITS } from "../../../src/domain/site-limits.ts";
import { BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { hideUnusedBlobs } from "../../../sync-server/repos/unused-site-blobs.ts";
import { purgeAccounts, purgeUploads } from "../../../sync-server/repos/purge.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { servedApp } from "./operated-app.ts";
import { NAVIGATION } from "./fixture.ts";

interface Site {
  id: string;
  url: string;
  space: string;
  active: number | null;
  versions: { version: number; title: string; files: number; bytes: number }[];
}
type Files = Record<string, string | Uint8Array>;

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const PAGE = "<!doctype html><title>Tides</title><h1>High water</h1>";

describe.each(DATABASE_KINDS)("published sites on $name", ({ start }) => {
  let database: Database;
  let app: ReturnType<typeof servedApp>;
  let token: string;

  useDatabase(start, (made) => void (database = made));
  beforeEach(async () => {
    app = servedApp(database);
    ({ token } = await app.newPerson());
  });

  const ask = async <T>(path: string, about: Parameters<typeof app.ask>[1] = {}) => {
    const reply = await app.ask(`/v1${path}`, { token, ...about });
    const text = await reply.text();
    return { status: reply.status, body: (text === "" ? {} : JSON.parse(text)) as T };
  };
  const newSite = async () => (await ask<Site>("/sites", { method: "POST", body: { subject: "chat" } })).body;
  const sites = async () => (await ask<{ sites: Site[] }>("/sites")).body.sites;
  /** Uploads files in one blob. Answers where each lies. */
  const upload = async ({ space }: Site, files: Files) => {
    const all = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
    const whole = Buffer.concat(all.map(({ bytes }) => bytes));
    const blob = sha256(whole);
    for (let n = 0; n * BLOB_PART_BYTES < whole.length; n += 1) {
      const bytes = whole.subarray(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES);
      const path = `/spaces/${space}/blobs/${blob}/parts/${n}`;
      expect((await ask(path, { method: "PUT", bytes })).status).toBe(204);
    }
    const finish = { method: "POST", body: { size: whole.length } };
    expect((await ask(`/spaces/${space}/blobs/${blob}/finish`, finish)).status).toBe(204);
    let at = 0;
    return all.map(({ path, bytes }) => {
      const placed = { path, blob, at, size: bytes.length, hash: sha256(bytes) };
      at += bytes.length;
      return placed;
    });
  };
  const publish = async (site: Site, files: Files, title = "") =>
    ask<{ version: number }>(`/sites/${site.id}/versions`, {
      method: "POST",
      body: { title, files: await upload(site, files) },
    });
  const activate = (site: Site, version: number | null) =>
    ask(`/sites/${site.id}/active`, { method: "PUT", body: { version } });
  const see = (site: Site, path = "/", headers: Record<string, string> = NAVIGATION, method = "GET") =>
    app.ask(new URL(path, site.url).href, { headers, method });

  it("show what was published, to anyone, as the static server of the browser does", async () => {
    const site = await newSite();
    expect(site.url).toMatch(/^http:\/\/p[0-9a-f]{19}\.okcvm\.localhost:8787\/$/);
    expect((await see(site)).status).toBe(404);
    const files = { "index.html": PAGE, "a b/ü.txt": "text", "docs/index.html": "docs", "x.js": "export {}" };
    expect(await publish(site, files, "Tides")).toMatchObject({ status: 201, body: { version: 1 } });

    const page = await see(site);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await page.text()).toBe(PAGE);
    expect(await (await see(site, "/a%20b/%C3%BC.txt")).text()).toBe("text");
    expect((await see(site, "/docs")).headers.get("location")).toBe("./docs/");
    expect(await (await see(site, "/docs/")).text()).toBe("docs");
    expect((await see(site, "/x.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await see(site, "/none")).status).toBe(404);
    expect((await see(site, "/", {}, "POST")).status).toBe(405);
    const head = await see(site, "/", {}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
      200,
      String(PAGE.length),
      "",
    ]);
    expect(await sites()).toMatchObject([
      {
        id: site.id,
        subject: "chat",
        active: 1,
        versions: [{ version: 1, source: "", title: "Tides", files: 4 }],
      },
    ]);
  });

  it("are sent in parts and not again", async () => {
    const site = await newSite();
    const film = Buffer.alloc(2 * BLOB_PART_BYTES + 1000, 7);
    film.write("middle", BLOB_PART_BYTES - 3);
    await publish(site, { "index.html": PAGE, "film.mp4": film });
    const from = BLOB_PART_BYTES - 3;
    const part = await see(site, "/film.mp4", { range: `bytes=${from}-${from + 5}` });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes ${from}-${from + 5}/${film.length}`);
    expect(await part.text()).toBe("middle");
    const whole = await see(site, "/film.mp4", {});
    expect(sha256(new Uint8Array(await whole.arrayBuffer()))).toBe(sha256(film));
    expect((await see(site, "/film.mp4", { range: "bytes=99999999-" })).status).toBe(416);
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toBe(`"${sha256(film)}"`);
    const again = await see(site, "/film.mp4", { "if-none-match": `"x", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const both = { "if-none-match": etag, range: "bytes=0-5" };
    expect((await see(site, "/film.mp4", both)).status).toBe(304);
    expect((await see(site, "/film.mp4", { "if-none-match": "*" })).status).toBe(304);
    // A download that was begun of other bytes begins anew.
    const resumed = (of: string) => see(site, "/film.mp4", { range: "bytes=5-9", "if-range": of });
    expect((await resumed(etag)).status).toBe(206);
    expect((await resumed('"other"')).status).toBe(200);
    const head = await see(site, "/film.mp4", { range: "bytes=5-9" }, "HEAD");
    expect([head.status, head.headers.get("etag")]).toEqual([200, etag]);
    expect((await see(site, "/film.mp4", { "if-none-match": etag }, "HEAD")).status).toBe(304);
  });

  it("have versions: any of them is shown, or none", async () => {
    const site = await newSite();
    await publish(site, { "index.html": "first words", "same.txt": "same" });
    await publish(site, { "index.html": "two" });
    expect(await (await see(site)).text()).toBe("two");
    expect((await see(site, "/same.txt")).status).toBe(404);
    expect((await activate(site, 1)).status).toBe(204);
    expect(await (await see(site)).text()).toBe("first words");
    expect((await activate(site, 3)).status).toBe(404);
    expect((await activate(site, null)).status).toBe(204);
    const gone = await see(site);
    expect([gone.status, (await gone.text()).includes("first words")]).toEqual([404, false]);
    expect((await sites())[0]).toMatchObject({ active: null, versions: [{ version: 2 }, { version: 1 }] });
    await activate(site, 2);
    expect(await (await see(site)).text()).toBe("two");

    // A later version need not bring what an earlier one has.
    const { body } = await ask<{ files: { path: string }[] }>(`/sites/${site.id}/versions/1`);
    expect(body.files.map(({ path }) => path)).toEqual(["index.html", "same.txt"]);
    const files = [
      ...body.files.filter(({ path }) => path === "same.txt"),
      ...(await upload(site, { "index.html": "three" })),
    ];
    const third = await ask(`/sites/${site.id}/versions`, { method: "POST", body: { files } });
    expect(third.body).toEqual({ version: 3 });
    expect(await (await see(site, "/same.txt")).text()).toBe("same");
  });

  it("keep only so many, and what no version has is given up", async () => {
    const site = await newSite();
    for (let n = 0; n <= KEPT_VERSIONS + 1; n += 1) {
      expect((await publish(site, { "index.html": `version ${n}` })).status).toBe(201);
      if (n === 0) await activate(site, 1);
    }
    const [known] = await sites();
    expect(known?.versions.map(({ version }) => version)).toEqual(
      Array.from({ length: KEPT_VERSIONS }, (_, at) => KEPT_VERSIONS + 2 - at),
    );
    const blobs = async () => {
      const rows = await database.kysely
        .selectFrom("blobs")
        .select("id")
        .where("space_id", "=", site.space)
        .execute();
      return rows.length;
    };
    const HOUR = 60 * 60_000;
    // What just went up may be of a version that is to come.
    await hideUnusedBlobs(database, Date.now());
    await purgeUploads(database, Date.now() + 48 * HOUR);
    expect(await blobs()).toBe(KEPT_VERSIONS + 2);
    await hideUnusedBlobs(database, Date.now() + 2 * HOUR);
    await purgeUploads(database, Date.now() + 48 * HOUR);
    expect(await blobs()).toBe(KEPT_VERSIONS);
    expect(await (await see(site)).text()).toBe(`version ${KEPT_VERSIONS + 1}`);
  });

  it("give up old versions when they take too much, but never the one that is shown", async () => {
    const small = servedApp(database, { OKCVM_SPACE_MB: "1" });
    const { token: mine } = await small.newPerson();
    const call = (path: string, method: string, body: unknown) =>
      small.ask(`/v1${path}`, { method, token: mine, body });
    const site = (await (await call("/sites", "POST", {})).json()) as Site;
    for (let n = 1; n <= 4; n += 1) {
      const bytes = Buffer.alloc(200_000, n);
      const blob = sha256(bytes);
      const part = { method: "PUT", token: mine, bytes };
      expect((await small.ask(`/v1/spaces/${site.space}/blobs/${blob}/parts/0`, part)).status).toBe(204);
      await call(`/spaces/${site.space}/blobs/${blob}/finish`, "POST", { size: bytes.length });
      const files = [{ path: "index.html", blob, at: 0, size: bytes.length, hash: blob }];
      expect((await call(`/sites/${site.id}/versions`, "POST", { files })).status).toBe(201);
    }
    const { sites: all } = (await (await small.ask("/v1/sites", { token: mine })).json()) as {
      sites: Site[];
    };
    expect(all[0]?.versions.map(({ version }) => version)).toEqual([4, 3]);
  });

  it("take no version that is not whole, too large, or leads out of the site", async () => {
    const site = await newSite();
    const [file] = await upload(site, { "index.html": PAGE });
    const version = async (files: unknown[]) =>
      (await ask(`/sites/${site.id}/versions`, { method: "POST", body: { files } })).status;
    expect(await version([])).toBe(400);
    expect(await version([{ ...file, blob: "f".repeat(64) }])).toBe(422);
    expect(await version([{ ...file, at: 1 }])).toBe(422);
    expect(await version([file, file])).toBe(422);
    for (const path of [
      "",
      "/a",
      "a/",
      "a//b",
      "../a",
      "a/../b",
      "./a",
      "a\0b",
      "a\\b",
      "__okcvm/worker.js",
      "x".repeat(1_025),
    ])
      expect(await version([{ ...file, path }]), JSON.stringify(path)).toBe(400);
    const big = Array.from({ length: 9 }, (_, at) => ({
      ...file,
      path: `${at}`,
      size: SITE_LIMITS.fileBytes,
    }));
    expect(await version(big)).toBe(413);
    expect(await version([{ ...file, size: SITE_LIMITS.fileBytes + 1 }])).toBe(400);
    expect((await see(site)).status).toBe(404);
    expect(await version([file])).toBe(201);
  });

  it("are their account's: another can neither publish there nor upload, nor see them listed", async () => {
    const site = await newSite();
    await publish(site, { "index.html": PAGE });
    const { token: other } = await app.newPerson();
    const as = async (method: string, path: string, body?: unknown) =>
      (await ask(path, { method, token: other, ...(body === undefined ? {} : { body }) })).status;
    const file = { path: "index.html", blob: sha256(PAGE), at: 0, size: 1, hash: sha256("x") };
    expect(await as("POST", `/sites/${site.id}/versions`, { files: [file] })).toBe(404);
    expect(await as("GET", `/sites/${site.id}/versions/1`)).toBe(404);
    expect(await as("PUT", `/sites/${site.id}/active`, { version: null })).toBe(404);
    expect(await as("DELETE", `/sites/${site.id}`)).toBe(404);
    expect(await as("GET", `/spaces/${site.space}/blobs/${sha256(PAGE)}`)).toBe(404);
    expect((await ask<{ sites: Site[] }>("/sites", { token: other })).body.sites).toEqual([]);
    expect(await (await see(site)).text()).toBe(PAGE);
    // Nor does a site's space come up among what is synced.
    const listed = (await ask<{ spaces: { id: string }[] }>("/spaces")).body.spaces;
    expect(listed.map(({ id }) => id)).not.toContain(site.space);
  });

  it("go with what they take: one at a time, and all with the account", async () => {
    const [one, two] = [await newSite(), await newSite()];
    await publish(one, { "index.html": "one" });
    await publish(two, { "index.html": "two" });
    expect((await ask(`/sites/${one.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await see(one)).status).toBe(404);
    expect((await sites()).map(({ id }) => id)).toEqual([two.id]);
    await ask("/account", { method: "DELETE" });
    await purgeAccounts(database, Date.now() + 8 * 24 * 60 * 60_000);
    expect((await see(two)).status).toBe(404);
    for (const table of ["sites", "site_versions", "site_files"] as const)
      expect(
        await database.kysely
          .selectFrom(table)
          .selectAll()
          .where(table === "sites" ? ("id" as "site_id") : "site_id", "in", [one.id, two.id])
          .execute(),
      ).toEqual([]);
    for (const { space } of [one, two])
      expect(
        await database.kysely.selectFrom("blob_parts").select("n").where("space_id", "=", space).execute(),
      ).toEqual([]);
  });

  it("have no bridge, by which a browser's own files would take their place", async () => {
    const site = await newSite();
    await publish(site, { "index.html": PAGE, "v1/info": "forged", healthz: "forged" });
    for (const name of ["bridge.html", "bridge.js", "worker.js"])
      expect((await see(site, `/__okcvm/${name}`, {})).status, name).toBe(404);
    const own = "http://abcdefabcdefabcdef12.okcvm.localhost:8787/__okcvm/worker.js";
    expect((await app.ask(own)).status).toBe(200);
    // And the app is where it is.
    expect((await see(site)).headers.get("content-security-policy")).toBeNull();
    expect(await (await see(site, "/v1/info")).text()).toBe("forged");
    expect((await app.ask("/healthz")).status).toBe(200);
    expect(
      (await app.ask(`/sites/${site.id}/`, { headers: NAVIGATION })).headers.get("content-type"),
    ).toContain("text/html");
    expect(await (await app.ask(`/sites/${site.id}/`, { headers: NAVIGATION })).text()).not.toContain(
      "High water",
    );
  });

  it("can be removed again when that was stopped half-way, and what came meanwhile goes too", async () => {
    const site = await newSite();
    await publish(site, { "index.html": PAGE });
    // As a server leaves it that died: nothing is shown any more, and the space is there.
    await database.kysely.updateTable("sites").set({ active: null }).where("id", "=", site.id).execute();
    await database.kysely.deleteFrom("site_files").where("site_id", "=", site.id).execute();
    await database.kysely.deleteFrom("site_versions").where("site_id", "=", site.id).execute();
    const late = { blob_id: "f".repeat(64), n: 0, bytes: Buffer.from("late"), space_id: site.space };
    await database.kysely.insertInto("blob_parts").values(late).execute();
    expect((await ask(`/sites/${site.id}`, { method: "DELETE" })).status).toBe(204);
    const left = { id: "e".repeat(64), space_id: site.space, size: 1, whole: 0, created_at: 0 };
    await database.kysely.insertInto("blobs").values(left).execute();
    // An upload whose space is gone does not hold up the others.
    await purgeUploads(database, Date.now());
    for (const table of ["blobs", "blob_parts"] as const)
      expect(
        await database.kysely
          .selectFrom(table)
          .select("space_id")
          .where("space_id", "=", site.space)
          .execute(),
      ).toEqual([]);
    expect((await ask(`/sites/${site.id}`, { method: "DELETE" })).status).toBe(404);
  });

  it("an upload wants the scope to deploy, and that of sync is not enough", async () => {
    const person = await app.newPerson();
    const scoped = async (scopes: string[]) => {
      const body = { authKey: person.authKey, name: scopes.join(), scopes };
      return (await ask<{ token: string }>("/devices", { method: "POST", body })).body.token;
    };
    const [deploy, sync] = [await scoped(["deploy"]), await scoped(["sync"])];
    const { body: site } = await ask<Site>("/sites", { method: "POST", token: deploy, body: {} });
    const part = `/spaces/${site.space}/blobs/${sha256("x")}/parts/0`;
    const put = async (by: string, path = part) =>
      (await ask(path, { method: "PUT", token: by, bytes: Buffer.from("x") })).status;
    expect(await put(sync)).toBe(403);
    expect(await put(deploy)).toBe(204);
    expect(await put(deploy, part.replace(site.space, person.homeSpace))).toBe(403);
    expect((await ask("/sites", { method: "POST", token: sync, body: {} })).status).toBe(403);
  });
});

describe("published sites below a path", () => {
  let database: Database;
  const [sqlite] = DATABASE_KINDS;
  if (!sqlite) throw new Error("There is no database.");
  useDatabase(sqlite.start, (made) => void (database = made));

  it("are sandboxed, and nothing of them runs as the app", async () => {
    const app = servedApp(database, { OKCVM_PUBLISHED_SITES: "path" });
    const { token } = await app.newPerson();
    const made = await app.ask("/v1/sites", { method: "POST", token, body: {} });
    const site = (await made.json()) as Site;
    expect(site.url).toBe(`http://okcvm.localhost:8787/sites/${site.id}/`);
    const bytes = Buffer.from(PAGE);
    const blob = sha256(bytes);
    const put = { method: "PUT", token, bytes };
    await app.ask(`/v1/spaces/${site.space}/blobs/${blob}/parts/0`, put);
    await app.ask(`/v1/spaces/${site.space}/blobs/${blob}/finish`, {
      method: "POST",
      token,
      body: { size: bytes.length },
    });
    const file = { blob, at: 0, size: bytes.length, hash: blob };
    const files = ["index.html", "x.js", "x.svg", "docs/index.html"].map((path) => ({ ...file, path }));
    const reply = await app.ask(`/v1/sites/${site.id}/versions`, { method: "POST", token, body: { files } });
    expect(reply.status).toBe(201);

    for (const path of ["", "x.svg", "docs/", "none"]) {
      const page = await app.ask(`${site.url}${path}`, {
        headers: { ...NAVIGATION, "sec-fetch-site": "none" },
      });
      expect(page.status, path).toBe(path === "none" ? 404 : 200);
      const policies = page.headers.get("content-security-policy") ?? "";
      expect(policies).toMatch(/^sandbox /);
      expect(policies).not.toContain("allow-same-origin");
    }
    const open = await app.ask(site.url.slice(0, -1), { headers: NAVIGATION });
    expect([open.status, open.headers.get("location")]).toEqual([301, `/sites/${site.id}/`]);
    // A module of the page, whose origin nobody has.
    const part = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", origin: "null" };
    const script = await app.ask(`${site.url}x.js`, { headers: part });
    expect([script.status, script.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    // The app's own page, or a worker of it.
    for (const headers of [
      { "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
      { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" },
      { "sec-fetch-site": "same-origin", "sec-fetch-mode": "same-origin", "service-worker": "script" },
      { "service-worker": "script" },
    ])
      expect((await app.ask(`${site.url}x.js`, { headers })).status, JSON.stringify(headers)).toBe(403);
    // Its own host shows nothing then.
    const host = `http://${site.id}.okcvm.localhost:8787/`;
    expect((await app.ask(host, { headers: NAVIGATION })).status).toBe(404);
  });

  it("are not there where the operator turned them off", async () => {
    const app = servedApp(database, { OKCVM_PUBLISHED_SITES: "off" });
    const { token } = await app.newPerson();
    expect((await app.ask("/v1/sites", { method: "POST", token, body: {} })).status).toBe(404);
  });
});
