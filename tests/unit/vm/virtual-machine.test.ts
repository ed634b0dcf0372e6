import { beforeEach, describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import { settle } from "../../support/ports/held-clock.ts";
import { MachineBench } from "../../support/ports/machine-bench.ts";
import { SHIPPED_SPECS } from "../../support/ports/tool-context.ts";

let bench: MachineBench;
beforeEach(() => {
  bench = new MachineBench();
});
const DAY = 24 * 60 * 60 * 1000;
const FULL = new OkcvmError("storage-full", "Full.");

describe("opening", () => {
  test("makes a conversation when there is none, else takes the newest; the same one is the same session", async () => {
    const first = await bench.machine.open();
    expect(await bench.machine.open()).toBe(first);
    expect(await bench.machine.open(first.id)).toBe(first);
    await bench.clock.advance(1);
    const second = await bench.machine.conversations.create();
    expect((await bench.machine.open()).id).toBe(second.id);
    expect(first.workspace.root).toBe(`/mnt/okcvm-${first.id.slice(0, 8)}`);
  });

  test("twice at once is one conversation and one session", async () => {
    const [a, b] = await Promise.all([bench.machine.open(), bench.machine.open()]);
    expect(a).toBe(b);
    expect(await bench.machine.conversations.list()).toHaveLength(1);
  });

  test("an unknown or deleted one is not found", async () => {
    const { id } = await bench.machine.open();
    await bench.machine.conversations.remove(id);
    for (const one of ["none", id])
      await expect(bench.machine.open(one)).rejects.toMatchObject({ code: "not-found" });
  });

  test("one that another tab holds is followed, unless taken over; a failure can be tried again", async () => {
    const { id } = await bench.machine.conversations.create();
    const elsewhere = await bench.workspaces.open(id);
    expect((await bench.machine.open(id)).following).toBe(true);
    const session = await bench.machine.open(id, { takeOver: true });
    await elsewhere.lost;
    expect(await bench.machine.open(id)).toBe(session);
  });

  test("that fails half-way lets the workspace go", async () => {
    const { id } = await bench.machine.conversations.create();
    bench.conversations.faults.set("messages", FULL);
    await expect(bench.machine.open(id)).rejects.toMatchObject({ code: "storage-full" });
    expect(bench.workspaces.made.get(id)?.closed).toBe(true);
    bench.conversations.faults.clear();
    expect((await bench.machine.open(id)).id).toBe(id);
  });

  test("with takeOver in the tab that has it open leaves the new session the open one", async () => {
    const { id } = await bench.machine.open();
    const second = await bench.machine.open(id, { takeOver: true });
    await settle();
    expect(await bench.machine.open(id)).toBe(second);
  });
});

describe("conversations", () => {
  test("are renamed to one line, and never to nothing", async () => {
    const { id } = await bench.machine.conversations.create();
    await bench.machine.conversations.rename(id, "  My\n plan ");
    expect((await bench.machine.conversations.list())[0]?.title).toBe("My plan");
    await expect((async () => bench.machine.conversations.rename(id, " \n"))()).rejects.toMatchObject({
      code: "bad-arguments",
    });
    await expect(bench.machine.conversations.rename("none", "x")).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("that are removed are closed and hidden, and come back", async () => {
    const session = await bench.machine.open();
    await session.workspace.write("f", "x");
    await bench.machine.conversations.remove(session.id);
    expect(bench.sandboxes[0]?.closed).toBe(true);
    expect(await bench.machine.conversations.list()).toEqual([]);
    await bench.machine.conversations.restore(session.id);
    const again = await bench.machine.open(session.id);
    expect(again).not.toBe(session);
    expect(bench.workspaces.destroyed).toEqual([]);
  });

  test("are purged with files and sites at a start 30 days later, not before", async () => {
    const keep = await bench.machine.conversations.create();
    const gone = await bench.machine.conversations.create();
    await bench.machine.conversations.remove(gone.id);
    await bench.clock.advance(30 * DAY - 1);
    await bench.boot().ready;
    await settle();
    expect(bench.workspaces.destroyed).toEqual([]);
    await bench.clock.advance(1);
    await bench.boot().ready;
    // The page does not wait for it.
    await settle();
    expect(bench.workspaces.destroyed).toEqual([gone.id]);
    expect(bench.publisher.destroyed).toEqual([gone.id]);
    expect(await bench.conversations.get(gone.id)).toBeNull();
    expect(await bench.conversations.get(keep.id)).not.toBeNull();
  });

  test("are purged when someone wants it, once they are deleted and no other tab has them", async () => {
    const { purge, remove } = bench.machine.conversations;
    const session = await bench.machine.open();
    await expect(purge(session.id)).rejects.toMatchObject({ code: "not-found" });
    await remove(session.id);
    const other = await bench.workspaces.open(session.id);
    await expect(purge(session.id)).rejects.toMatchObject({
      code: "workspace-busy",
      message: expect.stringContaining("Close it there"),
    });
    expect(await bench.machine.conversations.deleted()).toHaveLength(1);
    await other.close();
    await purge(session.id);
    expect(bench.workspaces.destroyed).toEqual([session.id]);
    expect(bench.publisher.destroyed).toEqual([session.id]);
    expect(await bench.machine.conversations.deleted()).toEqual([]);
    expect(await bench.conversations.leftovers()).toEqual([]);
  });

  test("are removed also while another tab keeps them from being opened", async () => {
    const { id } = await bench.machine.conversations.create();
    const other = await bench.workspaces.open(id);
    const opening = bench.machine.open(id);
    opening.catch(() => undefined);
    await bench.machine.conversations.remove(id);
    expect(await bench.machine.conversations.deleted()).toHaveLength(1);
    await other.close();
  });

  test("leave the files that another account of the browser has too", async () => {
    const { purge, remove, deleted, create } = bench.machine.conversations;
    const { id } = await create();
    await remove(id);
    bench.profiles.shared.add(id);
    await purge(id);
    expect(await deleted()).toEqual([]);
    expect([bench.workspaces.destroyed, bench.publisher.destroyed]).toEqual([[], []]);
  });

  test("of which a part was left are rid of it at the next start", async () => {
    const { create, remove, purge } = bench.machine.conversations;
    const { id } = await create();
    await remove(id);
    bench.publisher.faults.set("destroy", new OkcvmError("internal", "The page died."));
    await expect(purge(id)).rejects.toThrow("died");
    expect(await bench.conversations.get(id)).toBeNull();
    bench.publisher.faults.clear();
    await bench.boot().ready;
    await settle();
    expect(bench.publisher.destroyed).toEqual([id]);
    expect(await bench.conversations.leftovers()).toEqual([]);
  });

  test("that cannot be purged now do not keep the app from opening", async () => {
    const { id } = await bench.machine.conversations.create();
    await bench.machine.conversations.remove(id);
    await bench.clock.advance(30 * DAY);
    bench.publisher.faults.set("destroy", new OkcvmError("unreachable", "Offline."));
    const machine = bench.boot();
    expect(await machine.ready).toBe(machine);
  });
});

describe("settings", () => {
  const set = (patch: object): Promise<void> => bench.machine.settings.set(patch);

  test("set at the same time are all kept", async () => {
    await Promise.all([set({ theme: "dark" }), set({ maxSteps: 7 })]);
    expect(bench.machine.settings.get()).toMatchObject({ theme: "dark", maxSteps: 7 });
  });

  test("keep a key with its host: another host never gets it, and it is there again with its own", async () => {
    await set({ endpoints: { chat: { baseUrl: "https://one.example/v1", model: "m", apiKey: "k1" } } });
    await set({ endpoints: { chat: { baseUrl: "https://two.example/v1" } } });
    expect(bench.machine.settings.get().endpoints.chat.hasKey).toBe(false);
    await set({ endpoints: { chat: { baseUrl: "https://one.example/v2" } } });
    expect(bench.machine.settings.get().endpoints.chat.hasKey).toBe(true);
  });

  test("show whether a key is set, never the key", async () => {
    await set({ endpoints: { chat: { baseUrl: "https://h/v1", model: "m", apiKey: " sk-secret " } } });
    const view = await bench.machine.settings.get();
    expect(view.endpoints.chat).toEqual({ baseUrl: "https://h/v1", model: "m", hasKey: true });
    expect(view.endpoints.image.hasKey).toBe(false);
    expect(JSON.stringify(view)).not.toContain("secret");
    expect(await bench.settings.key("chat")).toBe("sk-secret");
    await set({ endpoints: { chat: { model: "n" } } });
    expect(await bench.settings.key("chat")).toBe("sk-secret");
    for (const none of [null, "", "  "]) {
      await set({ endpoints: { chat: { apiKey: "x" } } });
      await set({ endpoints: { chat: { apiKey: none } } });
      expect(await bench.settings.key("chat")).toBeNull();
    }
  });

  test("that are bad change nothing, keys included", async () => {
    await set({ endpoints: { chat: { apiKey: "old", model: "m" } } });
    const before = await bench.machine.settings.get();
    for (const bad of [
      { maxSteps: 0, endpoints: { chat: { apiKey: "new" } } },
      { theme: "blue", maxSteps: 5 },
      { endpoints: { chat: { baseUrl: "no", apiKey: "new" } } },
      { endpoints: { chat: { apiKey: "new" }, video: {} } },
    ]) {
      await expect(set(bad)).rejects.toMatchObject({ code: "bad-arguments" });
      expect(await bench.machine.settings.get()).toEqual(before);
      expect(await bench.settings.key("chat")).toBe("old");
    }
  });

  test("a key of the wrong type changes no other key", async () => {
    await set({ endpoints: { chat: { apiKey: "new" }, image: { apiKey: 5 } } }).catch(() => {});
    expect(await bench.settings.key("chat")).toBeNull();
  });

  test("test makes the call with what is set", async () => {
    await set({ endpoints: { chat: { baseUrl: "https://h/v1", model: "m", apiKey: "k" } } });
    expect(await bench.machine.settings.test("chat")).toMatchObject({ ok: true });
    expect(bench.tested).toEqual([["chat", { baseUrl: "https://h/v1", model: "m" }, "k"]]);
  });
});

describe("bundles", () => {
  const shell = SHIPPED_SPECS.find((spec) => spec.name === "mshtools-shell");
  const tools = JSON.stringify({ tools: [shell] });

  test("are loaded, last over a new start, and are taken back", async () => {
    const before = bench.machine.registry.names();
    await bench.machine.settings.loadBundle("Theirs.", tools);
    expect(await bench.machine.settings.bundle()).toEqual({
      builtIn: false,
      tools: 1,
      systemPrompt: "Theirs.",
    });
    const machine = await bench.boot().ready;
    expect(machine.registry.names()).toEqual(["mshtools-shell"]);
    await machine.settings.resetBundle();
    expect(machine.registry.names()).toEqual(before);
    expect((await machine.settings.bundle()).builtIn).toBe(true);
  });

  test("that are bad are refused and change nothing", async () => {
    const before = await bench.machine.settings.bundle();
    for (const [prompt, json] of [
      ["", tools],
      ["x", "{"],
      ["x", '{"tools": 5}'],
    ] as const) {
      await expect(bench.machine.settings.loadBundle(prompt, json)).rejects.toMatchObject({
        code: "bad-bundle",
      });
    }
    expect(await bench.machine.settings.bundle()).toEqual(before);
    expect(await bench.settings.bundle()).toBeNull();
  });

  test("that cannot be stored change nothing", async () => {
    bench.settings.faults.set("setBundle", FULL);
    await expect(bench.machine.settings.loadBundle("Theirs.", tools)).rejects.toMatchObject({
      code: "storage-full",
    });
    expect((await bench.machine.settings.bundle()).builtIn).toBe(true);
  });
});
