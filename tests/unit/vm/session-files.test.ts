import { beforeEach, describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import type { ToolCallPart } from "../../../src/domain/message.ts";
import type { Session } from "../../../src/vm/api.ts";
import { settle } from "../../support/ports/held-clock.ts";
import { MachineBench } from "../../support/ports/machine-bench.ts";
import { calls, gate, says, ScriptedModel, type Beat } from "../../support/ports/scripted-model.ts";

let bench: MachineBench;
let session: Session;
beforeEach(async () => {
  bench = new MachineBench();
  session = await bench.machine.open();
});

const writes = (path: string, content: string): Beat[] =>
  calls(["c", "mshtools-write_file", { file_path: `${session.workspace.root}/${path}`, content }]);
const run = async (begin: () => AsyncIterable<RunEvent>, ...replies: Beat[][]): Promise<RunEvent[]> => {
  bench.model = new ScriptedModel(replies);
  const events = await bench.finish(begin());
  await bench.clock.advance(1);
  return events;
};
const ask = (text: string, ...replies: Beat[][]): Promise<RunEvent[]> =>
  run(() => session.send(text), ...replies);
const timeline = async (): Promise<string[]> =>
  (await session.workspace.snapshots()).map(({ kind, label, changed }) => `${kind} ${label} ${changed}`);
const text = (path: string): Promise<string> => session.workspace.readText(path);
const id = async (index: number): Promise<string> => (await session.messages()).at(index)?.id ?? "";

describe("a reply", () => {
  test("keeps what each call changed, labelled by what was asked", async () => {
    await ask("Make  two files", writes("a", "1"), writes("b", "2"), says("Done."));
    expect(await timeline()).toEqual(["reply Make two files 1", "reply Make two files 1", "start Start 0"]);
    const [second, first, start] = await session.workspace.snapshots();
    const [user, reply] = await session.messages();
    expect(user?.snapshotId).toBe(start?.id);
    expect(reply?.snapshotId).toBe(second?.id);
    expect(second).toMatchObject({ messageId: reply?.id, detail: `write_file ${session.workspace.root}/b` });
    const made = reply?.parts.filter((part): part is ToolCallPart => part.type === "tool-call");
    expect(made?.map(({ state }) => state.status === "done" && state.snapshotId)).toEqual([
      first?.id,
      second?.id,
    ]);
    expect(await bench.conversations.messages(session.id)).toEqual(await session.messages());
  });

  test("that changes nothing makes no snapshot", async () => {
    await ask("hello", says("hi"));
    await ask("again", calls(["c", "mshtools-todo_read", {}]), says("hi"));
    expect(await timeline()).toEqual(["start Start 0"]);
    expect((await session.messages()).at(-1)?.snapshotId).toBe((await session.workspace.snapshots())[0]?.id);
  });

  test("begins with what the person changed by hand", async () => {
    await ask("one", writes("a", "1"), says("ok"));
    await session.workspace.write("by-hand", "x");
    await ask("two", writes("a", "2"), says("ok"));
    expect(await timeline()).toEqual(["reply two 1", "edits Your edits 1", "reply one 1", "start Start 0"]);
  });

  test("whose files cannot be kept ends with that error, and the call keeps its result", async () => {
    await ask("one", says("ok"));
    const full = new OkcvmError("storage-full", "Full.");
    const held = gate();
    bench.model = new ScriptedModel([[held.promise, ...writes("a", "1")], says("not reached")]);
    const events = session.send("two");
    await settle();
    const workspace = bench.workspaces.made.get(session.id);
    workspace?.faults.set("snapshotIfChanged", full);
    held.open();
    const seen = await bench.finish(events);
    expect(seen.at(-1)).toMatchObject({ type: "run-end", status: "error", error: { code: "storage-full" } });
    expect(seen.find((event) => event.type === "tool-end")).toMatchObject({ result: { ok: true } });
    workspace?.faults.clear();
    expect(await text("a")).toBe("1");
  });
});

describe("hand edits", () => {
  test("are kept by themselves when nothing more changes for twenty seconds", async () => {
    await session.workspace.write("a", "1");
    await settle();
    await bench.clock.advance(19_000);
    await session.workspace.write("a", "2");
    await settle();
    await bench.clock.advance(19_000);
    expect(await timeline()).toEqual([]);
    await bench.clock.advance(1_500);
    await settle();
    expect(await timeline()).toEqual(["edits Your edits 1"]);
  });

  test("are not kept by a session that is closed", async () => {
    await session.workspace.write("a", "1");
    await settle();
    await session.close();
    await bench.clock.advance(30_000);
    expect(bench.reported).toEqual([]);
  });
});

describe("branches", () => {
  test("answering again begins with the files of then; each branch keeps its own", async () => {
    await ask("make", writes("a", "first"), says("ok"));
    const first = await id(-1);
    await run(() => session.regenerate(first), writes("b", "second"), says("ok"));
    expect(await session.workspace.stat("a")).toBeNull();
    expect(await text("b")).toBe("second");
    await session.workspace.write("by-hand", "on the second");
    await session.select(first);
    expect(await text("a")).toBe("first");
    expect(await session.workspace.stat("b")).toBeNull();
    expect(await session.workspace.stat("by-hand")).toBeNull();
    const [, second] = await session.siblings(first);
    await session.select(second?.id ?? "");
    expect(await text("by-hand")).toBe("on the second");
    const names = (await session.workspace.branches()).map(({ name }) => name);
    expect(names).toEqual([expect.stringMatching(/^branch-2-[0-9a-f]{6}$/), "main"]);
  });

  test("editing a message keeps the files that were uploaded with it", async () => {
    const files = await session.upload([{ name: "data.csv", content: new Blob(["1,2"]) }]);
    await run(() => session.send("read it", { attachments: files }), writes("a", "1"), says("ok"));
    const asked = await id(0);
    await run(() => session.edit(asked, "read it well"), says("ok"));
    expect(await text("upload/data.csv")).toBe("1,2");
    expect(await session.workspace.stat("a")).toBeNull();
  });

  test("go on where they are after a reload", async () => {
    await ask("make", writes("a", "first"), says("ok"));
    const first = await id(-1);
    await run(() => session.regenerate(first), writes("b", "second"), says("ok"));
    bench.boot();
    session = await bench.machine.open(session.id);
    expect(await text("b")).toBe("second");
    await ask("more", writes("c", "third"), says("ok"));
    await session.select(first);
    expect(await session.workspace.stat("c")).toBeNull();
  });

  test("one that could not begin leaves the files as they were", async () => {
    await ask("make", writes("a", "first"), says("ok"));
    bench.conversations.faults.set("beginRun", new OkcvmError("storage-full", "Full."));
    bench.model = new ScriptedModel([says("not reached")]);
    const first = await id(-1);
    await expect(bench.finish(session.regenerate(first))).rejects.toMatchObject({ code: "storage-full" });
    expect(await text("a")).toBe("first");
  });
});

describe("files that were read", () => {
  test("count as not read once they are gone or another is in their place", async () => {
    const { workspace } = session;
    const path = `${workspace.root}/a`;
    await session.callTool("mshtools-write_file", { file_path: path, content: "1" });
    await session.callTool("mshtools-read_file", { file_path: path });
    await workspace.remove("a");
    await workspace.write("a", "another");
    await settle();
    const result = await session.callTool("mshtools-write_file", { file_path: path, content: "2" });
    expect(result.error?.code).toBe("not-read");
    expect(await bench.conversations.readPaths(session.id)).toEqual([]);
  });
});
