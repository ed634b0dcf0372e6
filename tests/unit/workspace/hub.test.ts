import "fake-indexeddb/auto";

import { afterEach, describe, expect, test, vi } from "vitest";

import type { Change, TreeChange } from "../../../src/domain/changes.ts";
import { databaseName, deleteDatabase } from "../../../src/workspace/storage/database.ts";
import { settle } from "../../../src/workspace/storage/requests.ts";
import { codeOf, picture } from "../../contract/workspace-contract.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

/** What the contents store holds, by id. */
async function storedContents(database: string): Promise<Map<number, unknown>> {
  return storedIn(database, "contents");
}

async function storedIn(database: string, name: string): Promise<Map<number, unknown>> {
  const db = await settle(indexedDB.open(databaseName(database)));
  const store = db.transaction(name).objectStore(name);
  const [keys, values] = await Promise.all([settle(store.getAllKeys()), settle(store.getAll())]);
  db.close();
  return new Map(keys.map((key, index) => [Number(key), values[index]]));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("durability", () => {
  const steps: [string, Change[]][] = [
    ["write", [{ kind: "write", path: "a/b/f", content: Uint8Array.of(1) }]],
    ["write over", [{ kind: "write", path: "a/b/f", content: Uint8Array.of(2), mode: 0o755, mtime: 5 }]],
    ["mkdir", [{ kind: "mkdir", path: "m/n/o" }]],
    ["symlink", [{ kind: "symlink", path: "m/l", target: "../a/b/f" }]],
    ["write through a link", [{ kind: "write", path: "m/l", content: Uint8Array.of(3) }]],
    ["chmod a file", [{ kind: "chmod", path: "a/b/f", mode: 0o600 }]],
    ["chmod a folder", [{ kind: "chmod", path: "m", mode: 0o711 }]],
    ["chmod the root", [{ kind: "chmod", path: "", mode: 0o711 }]],
    ["rename a file", [{ kind: "rename", path: "a/b/f", to: "m/g" }]],
    ["rename a folder", [{ kind: "rename", path: "m", to: "a/m2" }]],
    [
      "rename over a file",
      [
        { kind: "write", path: "x", content: Uint8Array.of(9) },
        { kind: "rename", path: "x", to: "a/m2/g" },
      ],
    ],
    [
      "rename over an empty folder",
      [
        { kind: "mkdir", path: "e" },
        { kind: "rename", path: "a/m2", to: "e" },
      ],
    ],
    ["remove a link", [{ kind: "remove", path: "e/l" }]],
    ["remove a folder", [{ kind: "remove", path: "a" }]],
    [
      "remove and make again",
      [
        { kind: "remove", path: "e" },
        { kind: "write", path: "e/g", content: Uint8Array.of(4) },
      ],
    ],
  ];

  test("each kind of change is there for a hub that opens the same database right after", async () => {
    const database = freshId();
    let hub = await openHub(database);
    for (const [name, changes] of steps) {
      await hub.apply({ origin: "x", changes });
      const before = await picture(hub);
      const root = await hub.stat("");
      // No close: the tab is gone without a word.
      hub = await openHub(database);
      expect(await picture(hub), name).toEqual(before);
      expect((await hub.stat(""))?.mode, name).toBe(root?.mode);
    }
  });

  test("many folders become one record, and what changes after it lies beside it", async () => {
    const database = freshId();
    let hub = await openHub(database);
    const folders = Array.from({ length: 100 }, (_, n) => `a/${n}/ü ${n}`);
    const fill: Change[] = folders.flatMap((folder, n): Change[] => [
      { kind: "write", path: `${folder}/f`, content: Uint8Array.of(n), mtime: n * 1_000_000_007 },
      { kind: "symlink", path: `${folder}/l`, target: `f/${n}\n` },
      { kind: "chmod", path: folder, mode: 0o700 + (n % 8) },
    ]);
    await hub.apply({ origin: "x", changes: fill });
    await hub.snapshot("first");
    await vi.waitFor(async () => expect((await storedIn(database, "dirs")).size).toBe(0));
    for (const [name, changes] of [["nothing", []] as [string, Change[]], ...steps]) {
      await hub.apply({ origin: "x", changes });
      const before = await picture(hub);
      hub = await openHub(database);
      expect(await picture(hub), name).toEqual(before);
    }
    const single = (await storedIn(database, "dirs")).size;
    expect(single).toBeGreaterThan(0);
    expect(single).toBeLessThan(10);
    // Made by an older version: every folder in a record of its own.
    await hub.apply({ origin: "x", changes: folders.map((path) => ({ kind: "mkdir", path: `b/${path}` })) });
    const before = await picture(hub);
    hub = await openHub(database);
    expect(await picture(hub)).toEqual(before);
    // Not at once: what is read first comes first.
    await vi.waitFor(async () => expect((await storedIn(database, "dirs")).size).toBe(0), 30_000);
    expect(await picture(await openHub(database))).toEqual(before);
  });

  test("files a newer version of the app has used are left alone", async () => {
    const database = freshId();
    const db = await settle(indexedDB.open(databaseName(database), 1_000));
    db.close();
    expect(await codeOf(openHub(database))).toBe("workspace-busy");
  });

  test("a removed or replaced content leaves the disk", async () => {
    const database = freshId();
    const hub = await openHub(database);
    for (let n = 0; n < 5; n++) await hub.write("f", `${n}`);
    await hub.write("d/e/g", "x");
    await hub.write("d/h", "x");
    await hub.remove("d");
    expect((await storedContents(database)).size).toBe(1);
    await hub.remove("f");
    expect((await storedContents(database)).size).toBe(0);
  });

  test("a big content is stored as a Blob, a small one as bytes", async () => {
    const database = freshId();
    const hub = await openHub(database);
    await hub.write("small", new Uint8Array(1024 * 1024));
    await hub.write("big", new Uint8Array(1024 * 1024 + 1));
    const stored = [...(await storedContents(database)).values()];
    expect(stored.filter((content) => content instanceof Blob)).toHaveLength(1);
    expect(await (await hub.readBlob("big")).arrayBuffer()).toHaveProperty("byteLength", 1024 * 1024 + 1);
  });

  test("deleting a workspace leaves nothing, and an open hub says so in words", async () => {
    const id = freshId();
    const hub = await openHub(id);
    await hub.write("f", "x");
    await deleteDatabase(databaseName(id));
    expect(await codeOf(hub.write("g", "x"))).toBe("workspace-busy");
    expect(await codeOf(hub.readText("f"))).toBe("workspace-busy");
    expect(await picture(await openHub(id))).toEqual({});
  });
});

describe("ownership", () => {
  test("a later hub takes over: the first one's writes fail and change nothing", async () => {
    const database = freshId();
    const first = await openHub(database);
    await first.write("f", "first");
    const second = await openHub(database);
    await second.write("g", "second");
    for (const write of [
      () => first.write("f", "late"),
      () => first.remove("f"),
      () => first.rename("f", "h"),
      () => first.mkdir("d"),
      () => first.symlink("f", "l"),
      () => first.apply({ origin: "x", changes: [{ kind: "chmod", path: "f", mode: 0o600 }] }),
    ]) {
      expect(await codeOf(write())).toBe("workspace-busy");
    }
    const expected = await picture(second);
    expect(Object.keys(expected)).toEqual(["f", "g"]);
    expect(await picture(first)).toEqual(expected);
    await second.write("f", "still the owner");
    expect(await (await openHub(database)).readText("f")).toBe("still the owner");
  });

  test("a write under way when it is taken over is either acknowledged and kept, or refused and gone", async () => {
    for (let round = 0; round < 20; round++) {
      const database = freshId();
      const first = await openHub(database);
      const writes = Array.from({ length: 10 }, (_, n) =>
        first.write(`f${n}`, "x").then(
          () => true,
          () => false,
        ),
      );
      const second = await openHub(database);
      const kept = await Promise.all(writes);
      for (const [n, acknowledged] of kept.entries())
        expect((await second.stat(`f${n}`)) !== null).toBe(acknowledged);
    }
  });

  test("a hub that lost tells nobody of changes that did not happen", async () => {
    const database = freshId();
    const first = await openHub(database);
    const heard: TreeChange[] = [];
    first.subscribe((changes) => heard.push(...changes));
    await openHub(database);
    expect(await codeOf(first.write("f", "x"))).toBe("workspace-busy");
    expect(heard).toEqual([]);
  });
});

describe("a full disk", () => {
  /** Makes transactions that write contents fail as a browser does when its quota is used up. */
  function fillDisk(): { free(): void } {
    const put = IDBObjectStore.prototype.put;
    const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
      this: IDBObjectStore,
      value,
      key,
    ) {
      const request = put.call(this, value, key);
      if (this.name === "contents") {
        const transaction = this.transaction as unknown as { _abort(name: string): void };
        request.addEventListener("success", () => transaction._abort("QuotaExceededError"));
      }
      return request;
    });
    return { free: () => spy.mockRestore() };
  }

  test("refuses a change with storage-full and leaves everything as it was", async () => {
    const database = freshId();
    const hub = await openHub(database);
    await hub.write("d/f", "old");
    const before = await picture(hub);
    const disk = fillDisk();
    expect(await codeOf(hub.write("d/f", "new"))).toBe("storage-full");
    expect(
      await codeOf(
        hub.apply({
          origin: "x",
          changes: [
            { kind: "rename", path: "d", to: "e" },
            { kind: "mkdir", path: "m" },
            { kind: "write", path: "e/g", content: Uint8Array.of(1) },
          ],
        }),
      ),
    ).toBe("storage-full");
    expect(await picture(hub)).toEqual(before);
    // What frees space still works.
    await hub.write("x", "").catch(() => {});
    await hub.remove("d/f");
    disk.free();
    await hub.write("d/h", "fits again");
    expect(Object.keys(await picture(await openHub(database)))).toEqual(["d", "d/h"]);
  });
});

describe("2,000 random operations", () => {
  /** A generator with a fixed seed, so that a failure can be seen again. */
  function numbers(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

  /** The same file tree, kept the plainest way: a map from path to content, null for a folder. No links. */
  class Model {
    map = new Map<string, string | null>();

    #parents(path: string): string[] {
      const names = path.split("/");
      return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
    }

    #makeParents(path: string): boolean {
      if (this.#parents(path).some((parent) => typeof this.map.get(parent) === "string")) return false;
      for (const parent of this.#parents(path)) this.map.set(parent, null);
      return true;
    }

    write(path: string, content: string): boolean {
      if (this.map.get(path) === null || !this.#makeParents(path)) return false;
      this.map.set(path, content);
      return true;
    }

    mkdir(path: string): boolean {
      if (typeof this.map.get(path) === "string" || !this.#makeParents(path)) return false;
      this.map.set(path, null);
      return true;
    }

    remove(path: string): boolean {
      if (!this.map.has(path)) return false;
      for (const key of this.map.keys()) if (key === path || isBelow(key, path)) this.map.delete(key);
      return true;
    }

    rename(from: string, to: string): boolean {
      const source = this.map.get(from);
      const target = this.map.get(to);
      if (source === undefined || isBelow(to, from)) return false;
      if (from === to) return true;
      if (target !== undefined && (source === null) !== (target === null)) return false;
      if (target === null && [...this.map.keys()].some((key) => isBelow(key, to))) return false;
      if (!this.#makeParents(to)) return false;
      const moved = [...this.map].filter(([key]) => key === from || isBelow(key, from));
      for (const [key] of moved) this.map.delete(key);
      for (const [key, value] of moved) this.map.set(to + key.slice(from.length), value);
      return true;
    }
  }

  test("do what a plain model does, and survive 20 reopenings", async () => {
    const database = freshId();
    const random = numbers(20_261_124);
    const model = new Model();
    let hub = await openHub(database);
    const names = ["a", "b", "__proto__", "7", "世"];
    const somePath = (): string =>
      Array.from({ length: 1 + random(4) }, () => names[random(names.length)]).join("/");
    let failures = 0;
    for (let step = 0; step < 2000; step++) {
      const path = somePath();
      const other = somePath();
      const kind = random(10);
      const [expected, call] =
        kind < 5
          ? [model.write(path, String(step)), hub.write(path, String(step))]
          : kind < 6
            ? [model.mkdir(path), hub.mkdir(path)]
            : kind < 7
              ? [model.remove(path), hub.remove(path)]
              : [model.rename(path, other), hub.rename(path, other)];
      const happened = await call.then(
        () => true,
        () => false,
      );
      if (happened !== expected)
        throw new Error(`step ${step}: ${kind} ${path} ${other}: ${happened}, the model says ${expected}`);
      if (!happened) failures++;
      if (step % 100 === 99) {
        hub = await openHub(database);
        const found = new Map<string, string | null>();
        for (const entry of await hub.list("", { recursive: true })) {
          const at = entry.path.slice(hub.root.length + 1);
          found.set(at, entry.kind === "file" ? await hub.readText(at) : null);
        }
        expect([...found].toSorted()).toEqual([...model.map].toSorted());
      }
    }
    expect(failures).toBeGreaterThan(100);
    expect(failures).toBeLessThan(1500);
    const files = [...model.map.values()].filter((content) => content !== null).length;
    expect((await storedContents(database)).size).toBe(files);
  });
});
