import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";

import type { Workspace } from "../../../src/ports/workspace.ts";
import { CrashableStorage } from "../../support/sync/crashable-storage.ts";
import { SOON, synced, useSyncBench } from "../../support/sync/sync-bench.ts";
import type { OpenFiles, SyncBrowser } from "../../support/sync/sync-browser.ts";

describe("files of a conversation in several browsers", () => {
  const bench = useSyncBench();

  /** Two browsers of one account with one conversation. */
  async function two(fetch?: typeof globalThis.fetch) {
    const { a, b } = await bench.two([fetch ? { fetch } : {}]);
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    return { a, b, id };
  }
  const filesOf = async (workspace: Workspace): Promise<Record<string, string>> => {
    const entries = await workspace.list("", { recursive: true });
    const files = entries.filter(({ kind: of }) => of === "file");
    return Object.fromEntries(
      await Promise.all(
        files.map(
          async ({ path }) =>
            [path.slice(workspace.root.length + 1), await workspace.readText(path)] as const,
        ),
      ),
    );
  };
  const headOf = async ({ workspace }: OpenFiles): Promise<string | null> =>
    (await workspace.branches()).find(({ current }) => current)?.head ?? null;

  /** Makes a snapshot of what changed; resolves when the server has it. That a browser says it is synced may be of before. */
  const pushed = async (one: SyncBrowser, id: string, files: OpenFiles): Promise<void> => {
    await files.workspace.snapshotIfChanged("Pushed", { kind: "edits" });
    const isThere = async () => {
      const [ref] = (await one.store.remoteFiles(id)).refs;
      return ref?.oid === (await headOf(files));
    };
    await expect.poll(isThere, SOON).toBe(true);
  };

  it("that is open in both: a file made in one arrives in the other while it is open", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    for (const [from, to, name] of [
      [fa, fb, "of-a.txt"],
      [fb, fa, "of-b.txt"],
      [fa, fb, "again.txt"],
    ] as const) {
      await from.workspace.write(name, name);
      await expect.poll(async () => (await filesOf(to.workspace))[name], SOON).toBe(name);
    }
    await synced(a);
    await synced(b);
    expect(await headOf(fa)).toBe(await headOf(fb));
  });

  it("tells of files of which both versions were kept", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    await fa.workspace.write("doc.txt", "1\n");
    await expect.poll(async () => (await filesOf(fb.workspace))["doc.txt"], SOON).toBe("1\n");
    b.goOffline();
    await fb.workspace.write("doc.txt", "of b\n");
    await fa.workspace.write("doc.txt", "of a\n");
    await pushed(a, id, fa);
    b.goOnline();
    await expect.poll(() => fb.told, SOON).toEqual([`${fb.workspace.root}/doc.txt`]);
    expect(Object.values(await filesOf(fb.workspace)).toSorted()).toEqual(["of a\n", "of b\n"]);
    await fa.workspace.write("other.txt", "o");
    await expect.poll(async () => (await filesOf(fb.workspace))["other.txt"], SOON).toBe("o");
    expect(fb.told).toHaveLength(1);
  });

  it("is loaded with its snapshots when it is opened later", async () => {
    const { a, b, id } = await two();
    const fa = await a.openFiles(id);
    await fa.workspace.write("one", "1");
    await fa.workspace.snapshot("First");
    await fa.workspace.write("two", "2");
    await fa.workspace.snapshot("Second");
    await synced(a);
    const fb = await b.openFiles(id);
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ one: "1", two: "2" });
    expect(await fb.workspace.snapshots()).toEqual(await fa.workspace.snapshots());
  });

  it("that both change offline is merged without loss", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    await fa.workspace.write("page", "1\n2\n3\n");
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ page: "1\n2\n3\n" });
    a.goOffline();
    b.goOffline();
    await fa.workspace.write("page", "1 a\n2\n3\n");
    await fa.workspace.write("only-a", "a");
    await fb.workspace.write("page", "1\n2\n3 b\n");
    await fb.workspace.write("only-b", "b");
    await expect.poll(() => a.sync.status(), SOON).toMatchObject({ state: "offline", pending: 1 });
    a.goOnline();
    b.goOnline();
    const both = { page: "1 a\n2\n3 b\n", "only-a": "a", "only-b": "b" };
    await expect.poll(() => filesOf(fa.workspace), SOON).toEqual(both);
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual(both);
    await synced(a);
    await synced(b);
    expect(await headOf(fa)).toBe(await headOf(fb));
  });

  it("is left alone while a reply is being written, and brought along after", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    fb.state.running = true;
    await fa.workspace.write("from-a", "x");
    await synced(a);
    await b.sync.syncNow();
    await fb.workspace.write("from-the-agent", "y");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await filesOf(fb.workspace)).toEqual({ "from-the-agent": "y" });
    fb.state.running = false;
    fb.share.poke();
    await expect.poll(() => filesOf(fb.workspace), SOON).toMatchObject({ "from-a": "x" });
  });

  it("that is written to without pause is in the other all the same", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    const writing = { on: true };
    const writer = (async () => {
      for (let n = 0; writing.on; n += 1) {
        await fa.workspace.write("log", `${n}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    try {
      for (let seen = 0; seen < 3; seen += 1) {
        const last = (await filesOf(fb.workspace))["log"];
        await expect.poll(async () => (await filesOf(fb.workspace))["log"], SOON).not.toBe(last);
      }
    } finally {
      writing.on = false;
      await writer;
    }
  }, 30_000);

  it("is never pushed over what another did, while a reply is being written either", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    await fa.workspace.write("first", "1");
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ first: "1" });
    await pushed(b, id, fb);
    fb.state.running = true;
    await fa.workspace.write("from-a", "x");
    await pushed(a, id, fa);
    const theirs = await headOf(fa);
    await fa.close();
    await b.sync.syncNow();
    await fb.workspace.write("from-the-agent", "y");
    await fb.workspace.snapshot("a step");
    await new Promise((resolve) => setTimeout(resolve, 700));
    await b.sync.syncNow();
    expect((await b.store.remoteFiles(id)).refs).toMatchObject([{ oid: theirs }]);
    expect(await b.store.filesWaiting()).toEqual([id]);
    fb.state.running = false;
    fb.share.poke();
    await synced(b);
    expect(await filesOf(fb.workspace)).toEqual({ first: "1", "from-a": "x", "from-the-agent": "y" });
    await a.sync.syncNow();
    const again = await a.openFiles(id);
    await expect.poll(() => filesOf(again.workspace), SOON).toMatchObject({ "from-the-agent": "y" });
  });

  it.each([1, 2, 3])(
    "is never pushed over what came meanwhile, wherever in an exchange that is (look %i)",
    async (look) => {
      const { a, b, id } = await two();
      await synced(a);
      await expect.poll(() => b.conversations.get(id), SOON).toBeTruthy();
      const fa = await a.openFiles(id);
      await fa.workspace.write("first", "1");
      await synced(a);
      const fb = await b.openFiles(id);
      await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ first: "1" });
      await pushed(b, id, fb);
      let looks = 0;
      const remoteFiles = b.store.remoteFiles.bind(b.store);
      b.store.remoteFiles = async (space) => {
        looks += 1;
        if (looks !== look) return remoteFiles(space);
        await fa.workspace.write("meanwhile", "m");
        await pushed(a, id, fa);
        await fa.close();
        await b.sync.syncNow();
        return remoteFiles(space);
      };
      await fb.workspace.write("of-b", "b");
      await fb.workspace.snapshot("Of b");
      const there = () => {
        // One exchange may look less often than that.
        fb.share.poke();
        return filesOf(fb.workspace);
      };
      await expect.poll(there, SOON).toEqual({ first: "1", "of-b": "b", meanwhile: "m" });
      await synced(b);
    },
  );

  it("at which both work at once ends the same in both, with every file", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    const write = async ({ workspace }: OpenFiles, who: string): Promise<void> => {
      for (let n = 0; n < 12; n++) {
        await workspace.write(`${who}-${n}`, `${n}`);
        await workspace.snapshot(`${who} ${n}`);
      }
    };
    await Promise.all([write(fa, "a"), write(fb, "b")]);
    await expect
      .poll(async () => Object.keys(await filesOf(fa.workspace)).length, { ...SOON, timeout: 15_000 })
      .toBe(24);
    await expect
      .poll(async () => Object.keys(await filesOf(fb.workspace)).length, { ...SOON, timeout: 15_000 })
      .toBe(24);
    await expect
      .poll(async () => (await headOf(fa)) === (await headOf(fb)), { ...SOON, timeout: 15_000 })
      .toBe(true);
  }, 60_000);

  it("whose upload is cut off goes on where it was, and counts as waiting until then", async () => {
    let parts = 0;
    const sent: string[] = [];
    const { a, b, id } = await two(async (input, init) => {
      const address = String(input);
      if (/\/parts\/\d+$/.test(address) && init?.method === "PUT") {
        parts += 1;
        if (parts === 3) throw new TypeError("cut off");
        sent.push(address);
      }
      return fetch(input, init);
    });
    const fa = await a.openFiles(id);
    const bytes = new Uint8Array(4 * 1024 * 1024);
    for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    await fa.workspace.write("big", bytes);
    await expect.poll(() => a.sync.status().pending, SOON).toBeGreaterThan(0);
    await expect
      .poll(() => a.sync.status(), { ...SOON, timeout: 10_000 })
      .toMatchObject({ state: "synced", pending: 0 });
    expect(new Set(sent).size).toBe(sent.length);
    const fb = await b.openFiles(id);
    await expect.poll(async () => (await fb.workspace.stat("big"))?.size, SOON).toBe(bytes.length);
    expect(Buffer.compare(await fb.workspace.readBytes("big"), bytes)).toBe(0);
  }, 60_000);

  it("that was closed before its files had gone out is pushed all the same", async () => {
    const { a, b, id } = await two();
    const fa = await a.openFiles(id);
    a.goOffline();
    await fa.workspace.write("late", "l");
    await fa.close();
    expect(await a.store.filesWaiting()).toEqual([id]);
    a.goOnline();
    await synced(a);
    const fb = await b.openFiles(id);
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ late: "l" });
  });

  it("that is closed while its files go out is pushed soon after", async () => {
    const { a, b, id } = await two();
    await synced(a);
    const fa = await a.openFiles(id);
    await fa.workspace.write("late", "l");
    await expect.poll(() => a.store.filesWaiting(), SOON).toEqual([id]);
    await fa.close();
    await synced(a);
    const fb = await b.openFiles(id);
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ late: "l" });
  });

  it.each([
    ["pushed by the next page", false],
    ["pushed by the next page that has it open", true],
  ])("that was changed the moment before its page died is %s", async (_, opens) => {
    const disk = new CrashableStorage();
    const page = disk.view();
    const { a, b } = await bench.two([{ storage: page.factory }]);
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    const fa = await a.openFiles(id);
    await synced(a);
    await fa.workspace.write("last", "l");
    page.kill();
    a.gone();
    const next = bench.browser({ sameAs: a, storage: disk.view().factory });
    if (opens) await next.openFiles(id);
    await next.sync.start();
    const fb = await b.openFiles(id);
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ last: "l" });
  });

  it("that both changed offline and closed is merged as soon as both are online", async () => {
    const { a, b, id } = await two();
    await expect.poll(() => b.conversations.get(id), SOON).toBeTruthy();
    for (const one of [a, b]) {
      const files = await one.openFiles(id);
      await files.workspace.write("first", "of all");
      await synced(one);
      one.goOffline();
      await files.workspace.write(one === a ? "of-a" : "of-b", "x");
      await files.close();
    }
    a.goOnline();
    b.goOnline();
    await synced(a);
    await synced(b);
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    for (const { workspace } of [fa, fb])
      await expect.poll(() => filesOf(workspace), SOON).toMatchObject({ "of-a": "x", "of-b": "x" });
  });

  it("goes nowhere without an account, and all of it with one made later", async () => {
    const a = bench.browser();
    const { id } = await a.conversations.create();
    await a.say(id, "before");
    const fa = await a.openFiles(id);
    await fa.workspace.write("early", "e");
    await fa.workspace.snapshot("Early");
    const { secret } = await a.sync.create("first");
    await synced(a);
    const b = bench.browser();
    await b.sync.signIn(secret, "second");
    const fb = await b.openFiles(id);
    await expect.poll(() => filesOf(fb.workspace), SOON).toEqual({ early: "e" });
  });
});

describe("files of a conversation in which nothing was said", () => {
  const bench = useSyncBench();

  it("go out when an account is made after they were closed", async () => {
    const a = bench.browser();
    const { id } = await a.conversations.create();
    const { id: empty } = await a.conversations.create();
    const fa = await a.openFiles(id);
    await fa.workspace.write("alone", "a");
    await fa.close();
    const { secret } = await a.sync.create("first");
    await expect.poll(() => a.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
    const b = bench.browser();
    await b.sync.signIn(secret, "second");
    await expect.poll(() => b.conversations.get(id), SOON).toBeTruthy();
    const fb = await b.openFiles(id);
    await expect.poll(() => fb.workspace.readText("alone").catch(() => null), SOON).toBe("a");
    expect(await b.conversations.get(empty)).toBeNull();
  });
});

describe("files for which the server has no room", () => {
  const bench = useSyncBench({ spaceBytes: 3 * 1024 * 1024 });

  it("leave none of them behind there, so that what is small still goes out", async () => {
    const { a, b } = await bench.two();
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await expect.poll(() => b.texts(id)).toHaveLength(2);
    const files = await a.openFiles(id);
    await files.workspace.write("large", new Uint8Array(randomBytes(5 * 1024 * 1024)));
    await expect.poll(() => a.sync.status().state, SOON).toBe("error");
    await a.say(id, "still here");
    await expect.poll(() => b.texts(id), SOON).toHaveLength(4);
    const row = await bench.database.kysely
      .selectFrom("spaces")
      .select("bytes")
      .where("id", "=", id)
      .executeTakeFirst();
    expect(Number(row?.bytes)).toBeLessThan(100_000);
  });
});
