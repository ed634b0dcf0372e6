import { describe, expect, it } from "vitest";

import type { Deployment } from "../../../src/domain/deployment.ts";
import { Blobs } from "../../../sync-server/repos/blobs.ts";
import { PublishedSites } from "../../../sync-server/repos/published-sites.ts";
import { servePublished } from "../../../sync-server/routes/published-site.ts";
import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

const CHAT = "c".repeat(32);
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe("sites that anyone may see", () => {
  const bench = useSyncBench();

  /** A site as it is made in a browser. */
  const deployed = (one: SyncBrowser, id: string, files: Record<string, string | Blob>): Deployment => {
    const rows = Object.entries(files).map(([path, body]) => ({
      path,
      body: typeof body === "string" ? bytes(body) : body,
    }));
    one.sites.set(id, rows);
    const about = {
      conversationId: CHAT,
      url: "",
      source: "/site",
      createdAt: 1,
      files: rows.length,
      bytes: 0,
    };
    return { ...about, id, title: `Site ${id}` };
  };
  const see = async (url: string, path = ""): Promise<string> => {
    const [label = ""] = new URL(url).host.split(".");
    const { database } = bench;
    const parts = { sites: new PublishedSites(database, Date.now), blobs: new Blobs(database, Date.now) };
    const asked = { request: new Request(`${url}${path}`), pathname: `/${path}` };
    const reply = await servePublished(parts, label, asked);
    return reply?.ok ? reply.text() : `status ${reply?.status ?? 404}`;
  };

  it("are published, shown in other versions, taken back and removed", async () => {
    const { a, b } = await bench.two();
    expect(await a.sync.sites.list(null)).toEqual([]);
    const first = deployed(a, "one", { "index.html": "first", "deep/er/a.txt": "a" });
    const site = await a.sync.sites.publish(first);
    expect(site).toMatchObject({
      conversationId: CHAT,
      active: 1,
      versions: [{ version: 1, deploymentId: "one", title: "Site one", files: 2, bytes: 6 }],
    });
    expect(await see(site.url, "index.html")).toBe("first");
    expect(await see(site.url, "deep/er/a.txt")).toBe("a");

    const second = await a.sync.sites.publish(deployed(a, "two", { "index.html": "second", "b.txt": "a" }));
    expect(second).toMatchObject({ id: site.id, url: site.url, active: 2 });
    expect(await see(site.url, "index.html")).toBe("second");
    expect(await see(site.url, "b.txt")).toBe("a");
    // Another browser of the account sees it and may change what is shown.
    expect(await b.sync.sites.list(CHAT)).toEqual([second]);
    expect(await b.sync.sites.list("d".repeat(32))).toEqual([]);
    await b.sync.sites.show(site.id, 1);
    expect(await see(site.url, "index.html")).toBe("first");
    await b.sync.sites.show(site.id, null);
    expect(await see(site.url, "index.html")).toBe("status 404");
    await b.sync.sites.remove(site.id);
    expect(await a.sync.sites.list(null)).toEqual([]);
    await expect(a.sync.sites.show(site.id, 1)).rejects.toMatchObject({ code: "not-found" });
  });

  it("send what no version has, and nothing twice", async () => {
    const sent: string[] = [];
    const counting: typeof fetch = (input, init) => {
      if (init?.method === "PUT") sent.push(String(input));
      return fetch(input, init);
    };
    const { a } = await bench.two([{ fetch: counting }]);
    const big = new Blob([new Uint8Array(2_500_000).fill(5)]);
    const progress: [number, number][] = [];
    const onProgress = (done: number, all: number): void => void progress.push([done, all]);
    await a.sync.sites.publish(deployed(a, "one", { "index.html": "x", "big.bin": big }), { onProgress });
    expect(sent).toHaveLength(3);
    expect(progress[0]).toEqual([0, 2_500_001]);
    expect(progress.at(-1)).toEqual([2_500_001, 2_500_001]);
    sent.length = 0;
    const site = await a.sync.sites.publish(deployed(a, "two", { "index.html": "y", "moved.bin": big }));
    expect(sent).toHaveLength(1);
    expect(await see(site.url, "moved.bin")).toHaveLength(2_500_000);
    expect(await see(site.url, "index.html")).toBe("y");
  });

  it("may have files without a byte, and nothing but those", async () => {
    const { a } = await bench.two();
    const site = await a.sync.sites.publish(deployed(a, "one", { "index.html": "", "a/.nojekyll": "" }));
    expect(await see(site.url, "index.html")).toBe("");
    expect(site.versions[0]).toMatchObject({ files: 2, bytes: 0 });
    const next = await a.sync.sites.publish(deployed(a, "two", { "index.html": "", "x.txt": "x" }));
    expect(await see(next.url, "x.txt")).toBe("x");
    expect(await see(next.url, "index.html")).toBe("");
  });

  it("are stopped, and nothing is shown of what was not sent whole", async () => {
    const over = new AbortController();
    const { a } = await bench.two();
    await a.sync.sites.publish(deployed(a, "one", { "index.html": "before" }));
    const big = new Blob([crypto.getRandomValues(new Uint8Array(60_000)), new Uint8Array(3_000_000)]);
    const stopped = a.sync.sites.publish(deployed(a, "two", { "index.html": "after", "big.bin": big }), {
      signal: over.signal,
      onProgress: (sent) => sent > 0 && over.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    const [site] = await a.sync.sites.list(CHAT);
    expect(site).toMatchObject({ active: 1 });
    expect(await see(site?.url ?? "", "index.html")).toBe("before");
    // It goes on where it was.
    const again = await a.sync.sites.publish(deployed(a, "two", { "index.html": "after", "big.bin": big }));
    expect(await see(again.url, "index.html")).toBe("after");
  });

  it("need an account", async () => {
    const alone = bench.browser();
    await expect(alone.sync.sites.list(null)).rejects.toMatchObject({ code: "not-found" });
  });
});
