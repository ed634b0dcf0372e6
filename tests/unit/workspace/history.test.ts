import "fake-indexeddb/auto";

import { expect, test } from "vitest";

import { databaseName } from "../../../src/workspace/storage/database.ts";
import { historyContract } from "../../contract/history-contract.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

historyContract("the hub", async () => {
  const id = freshId();
  return { workspace: await openHub(id), reopen: () => openHub(id) };
});

test("a workspace of before there were snapshots opens, reads and is snapshotted", async () => {
  const id = freshId();
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName(id), 1);
    request.onupgradeneeded = () => {
      for (const store of ["dirs", "contents", "meta"]) request.result.createObjectStore(store);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const tx = db.transaction(["dirs", "contents", "meta"], "readwrite");
  const file = { kind: "file", mode: 0o644, size: 2, mtime: 5, content: 3 };
  tx.objectStore("dirs").put({ mode: 0o755, mtime: 1, entries: { d: { kind: "directory", inode: 2 } } }, 1);
  tx.objectStore("dirs").put({ mode: 0o755, mtime: 1, entries: { f: file } }, 2);
  tx.objectStore("contents").put(new TextEncoder().encode("hi"), 3);
  tx.objectStore("meta").put(4, "next");
  await new Promise((resolve) => {
    tx.oncomplete = resolve;
  });
  db.close();
  const ws = await openHub(id);
  expect(await ws.readText("d/f")).toBe("hi");
  expect(await ws.snapshot("first")).toMatchObject({ changed: 1 });
  await ws.write("d/g", "new");
  const again = await openHub(id);
  expect(await again.readText("d/f")).toBe("hi");
  expect(await again.readText("d/g")).toBe("new");
});

test("many files are packed ahead in pieces, and a snapshot of them is whole", async () => {
  const id = freshId();
  const ws = await openHub(id);
  const content = (n: number): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(`file ${n}\n`.repeat(n % 60));
  await ws.apply({
    origin: "x",
    changes: Array.from({ length: 1_500 }, (_, n) => ({
      kind: "write",
      path: `d${n % 9}/f${n}`,
      content: content(n),
    })),
  });
  // Written, replaced and removed while the packing goes on.
  const snapshot = ws.snapshot("many");
  await Promise.all([ws.write("d0/f0", "changed"), ws.remove("d1/f1"), ws.write("new", "x")]);
  await snapshot;
  const again = await openHub(id);
  expect((await again.diff((await again.snapshots(1))[0]?.id ?? "")).length).toBeLessThanOrEqual(3);
  await again.snapshot("all");
  for (const n of [2, 59, 700, 1_499]) expect(await again.readBytes(`d${n % 9}/f${n}`)).toEqual(content(n));
  expect(await again.readText("d0/f0")).toBe("changed");
});
