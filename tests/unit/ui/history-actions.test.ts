import "fake-indexeddb/auto";

import { afterEach, beforeEach, expect, it } from "vitest";

import type { Workspace } from "../../../src/ports/workspace.ts";
import { dismissToast, toasts } from "../../../src/ui/state/toasts.ts";
import { restorePaths, restoreSnapshot, saveSnapshot } from "../../../src/ui/timeline/history-actions.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

let ws: Workspace;
beforeEach(async () => {
  ws = await openHub(freshId());
});
afterEach(() => toasts().forEach((toast) => dismissToast(toast.id)));

const labels = async (): Promise<string[]> => (await ws.snapshots()).map((one) => one.label);
const lastToast = (): string => toasts().at(-1)?.text ?? "";

async function undo(): Promise<void> {
  toasts().at(-1)?.action?.run();
  await expect.poll(lastToast).toMatch(/^Undone/);
}

it("saves under the name that was typed, or says that it was by hand", async () => {
  await ws.write("a", "1");
  expect(await saveSnapshot(ws, "  Before the storm ")).toBe(true);
  await saveSnapshot(ws, " ");
  expect(await labels()).toEqual(["Saved by hand", "Before the storm"]);
  expect(lastToast()).toBe("Saved “Saved by hand”.");
});

it("restores and takes it back, unsaved changes and all", async () => {
  await ws.write("a", "1");
  const first = await ws.snapshot("first");
  await ws.write("a", "2");
  await ws.write("unsaved", "work");
  await restoreSnapshot(ws, first);
  expect(await ws.readText("a")).toBe("1");
  expect(await ws.stat("unsaved")).toBeNull();
  expect(lastToast()).toBe("Restored “first”.");
  await undo();
  expect(await ws.readText("a")).toBe("2");
  expect(await ws.readText("unsaved")).toBe("work");
});

it("offers no undo where nothing changed", async () => {
  await ws.write("a", "1");
  await restoreSnapshot(ws, await ws.snapshot("first"));
  expect(lastToast()).toBe("The files already were as in “first”.");
  expect(toasts().at(-1)?.action).toBeUndefined();
});

it("brings one file back and leaves the others", async () => {
  await ws.write("dir/a", "1");
  await ws.write("b", "1");
  const first = await ws.snapshot("first");
  await ws.write("dir/a", "2");
  await ws.write("b", "2");
  const done = (name: string): string => `Brought back ${name}.`;
  await restorePaths(ws, first.id, { paths: [`${ws.root}/dir/a`], name: "a", done });
  expect([await ws.readText("dir/a"), await ws.readText("b")]).toEqual(["1", "2"]);
  expect(lastToast()).toBe("Brought back a.");
  await undo();
  expect(await ws.readText("dir/a")).toBe("2");
});

it("says in a toast what went wrong, and that nothing was done", async () => {
  const snapshot = await ws.snapshot("first");
  expect(await restoreSnapshot(ws, { ...snapshot, id: "0".repeat(40) })).toBe(false);
  expect(toasts().at(-1)).toMatchObject({ tone: "danger" });
});
