import { beforeEach, describe, expect, test } from "vitest";

import type { RunEvent } from "../../../src/domain/events.ts";
import { textOf } from "../../../src/domain/message.ts";
import type { Session, SessionEvent } from "../../../src/vm/api.ts";
import { settle } from "../../support/ports/held-clock.ts";
import { MachineBench } from "../../support/ports/machine-bench.ts";
import { calls, gate, says, ScriptedModel, type Beat } from "../../support/ports/scripted-model.ts";

let bench: MachineBench;
let leader: Session;
let follower: Session;
beforeEach(async () => {
  bench = new MachineBench();
  leader = await bench.machine.open();
  follower = await bench.tab().open(leader.id);
  await settle();
});

const script = (...replies: Beat[][]): void => {
  bench.model = new ScriptedModel(replies);
};
const shown = async (of: Session): Promise<string[]> =>
  (await of.messages()).map((message) => `${message.role}: ${textOf(message)}`);
const heard = (of: Session): SessionEvent[] => {
  const events: SessionEvent[] = [];
  of.subscribe((event) => events.push(event));
  return events;
};
/** Waits while real timers of the test's workspaces run. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 300 && !holds(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    await settle();
  }
  expect(holds()).toBe(true);
};

describe("a second tab on a conversation", () => {
  test("follows: it sees messages, runs and files of the first as they come", async () => {
    expect([leader.following, follower.following]).toEqual([false, true]);
    const events = heard(follower);
    const changes: string[] = [];
    let moments = 0;
    follower.workspace.subscribe((list) => changes.push(...list.map((change) => change.path)));
    follower.workspace.subscribeHistory(() => (moments += 1));
    const held = gate();
    script(
      [...calls(["c", "mshtools-write_file", { file_path: `${leader.workspace.root}/a`, content: "1" }])],
      [{ type: "text", delta: "half" }, held.promise, ...says(" done")],
    );
    const run = leader.send("go");
    await settle();
    expect(follower.running).toBe(true);
    expect(await shown(follower)).toEqual(["user: go", "assistant: half"]);
    held.open();
    await bench.finish(run);
    await settle();
    expect(follower.running).toBe(false);
    const run1 = events.flatMap((event) => (event.type === "run" ? [event.event.type] : []));
    expect([run1[0], run1.at(-1)]).toEqual(["run-start", "run-end"]);
    expect(changes).toEqual(["a"]);
    expect(moments).toBeGreaterThan(0);
    expect(await follower.workspace.readText("a")).toBe("1");
    expect(await follower.workspace.snapshots()).toEqual(await leader.workspace.snapshots());
  });

  test("asks: it sends, edits, stops, uploads and runs tools through the first", async () => {
    script(says("hi"));
    const seen = await bench.finish(follower.send("from the second"));
    expect([seen[0]?.type, seen.at(-1)?.type]).toEqual(["run-start", "run-end"]);
    expect(await shown(leader)).toEqual(["user: from the second", "assistant: hi"]);
    await follower.workspace.write("b", "by hand");
    expect(await leader.workspace.readText("b")).toBe("by hand");
    const [uploaded] = await follower.upload([{ name: "x.txt", content: new Blob(["x"]) }]);
    expect(await leader.workspace.readText(uploaded?.path ?? "")).toBe("x");
    const result = await follower.callTool("mshtools-read_file", { file_path: `${leader.workspace.root}/b` });
    expect(result.output).toContain("by hand");
    const held = gate();
    script([held.promise, ...says("never")]);
    const run = bench.finish(follower.send("stop me"));
    await settle();
    follower.stop();
    expect((await run).at(-1)).toMatchObject({ type: "run-end", status: "stopped" });
  });

  test("gets the first one's errors as they are", async () => {
    await expect(follower.workspace.readText("none")).rejects.toMatchObject({ code: "not-found" });
    await expect(follower.workspace.write("../x", "")).rejects.toMatchObject({ code: "outside-workspace" });
    const held = gate();
    script([held.promise, ...says("x")]);
    const run = leader.send("one");
    await settle();
    await expect(bench.finish(follower.send("two"))).rejects.toMatchObject({ code: "run-active" });
    held.open();
    await bench.finish(run);
    const result = await follower.callTool("no-such-tool");
    expect(result).toMatchObject({ ok: false, error: { code: "unknown-tool" } });
  });
});

describe("when the first tab is closed", () => {
  test("the second goes on with everything, without being opened anew", async () => {
    script(says("hi"));
    await bench.finish(follower.send("one"));
    await leader.workspace.write("a", "1");
    const events = heard(follower);
    await leader.close();
    await until(() => !follower.following);
    expect(events.map((event) => event.type)).toContain("messages");
    expect(await shown(follower)).toEqual(["user: one", "assistant: hi"]);
    expect(await follower.workspace.readText("a")).toBe("1");
    const changes: string[] = [];
    follower.workspace.subscribe((list) => changes.push(...list.map((change) => change.path)));
    await follower.workspace.write("b", "2");
    expect(changes).toEqual(["b"]);
    script(says("again"));
    await bench.finish(follower.send("two"));
    expect(await shown(follower)).toHaveLength(4);
  });

  test("killed in the middle of a reply, what it had written is there, marked as interrupted", async () => {
    const held = gate();
    script([{ type: "text", delta: "half" }, held.promise]);
    void follower.send("go");
    await settle();
    await bench.clock.advance(1_000);
    // A kill says nothing and ends nothing: only the lock is free then.
    await bench.workspaces.made.get(leader.id)?.close();
    await until(() => !follower.following);
    const messages = await follower.messages();
    expect(messages[1]).toMatchObject({ status: "interrupted" });
    expect(await shown(follower)).toEqual(["user: go", "assistant: half"]);
    expect(follower.running).toBe(false);
  });

  test("what it had not answered is done again if it can be, and fails in words if it cannot", async () => {
    const workspace = bench.workspaces.made.get(leader.id);
    // The leader no longer hears anything, as in the moment before it is gone.
    bench.tabs.deafen();
    const write = follower.workspace.write("kept", "1");
    const removal = follower.workspace.remove("kept").catch((error: { code: string }) => error.code);
    await settle();
    bench.tabs.deafen(false);
    await workspace?.close();
    await until(() => !follower.following);
    await write;
    expect(await removal).toBe("interrupted");
    expect(await follower.workspace.readText("kept")).toBe("1");
  });

  test("of several followers one leads and the others follow it", async () => {
    const third = await bench.tab().open(leader.id);
    await settle();
    await leader.close();
    await until(() => follower.following !== third.following);
    const [first, second] = follower.following ? [third, follower] : [follower, third];
    await settle();
    await second.workspace.write("c", "3");
    expect(await first.workspace.readText("c")).toBe("3");
    await first.close();
    await until(() => !second.following);
    expect(await second.workspace.readText("c")).toBe("3");
  });
});

describe("a take-over", () => {
  test("ends the first session, and a third follows the new one", async () => {
    const events = heard(leader);
    const taker = await bench.tab().open(leader.id, { takeOver: true });
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "closed", error: { code: "workspace-busy" } });
    await taker.workspace.write("t", "1");
    expect(await follower.workspace.readText("t")).toBe("1");
    const reply: RunEvent[] = [];
    script(says("ok"));
    for await (const event of follower.send("to the new one")) reply.push(event);
    expect(reply.at(-1)?.type).toBe("run-end");
    expect(await shown(taker)).toEqual(["user: to the new one", "assistant: ok"]);
  });
});
