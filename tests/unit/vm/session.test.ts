import { beforeEach, describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { newId } from "../../../src/domain/ids.ts";
import { textOf, type Message } from "../../../src/domain/message.ts";
import { okResult } from "../../../src/tools/define-tool.ts";
import type { SessionEvent } from "../../../src/vm/api.ts";
import type { Session } from "../../../src/vm/api.ts";
import { exited } from "../../support/ports/fake-sandbox.ts";
import { settle } from "../../support/ports/held-clock.ts";
import { MachineBench } from "../../support/ports/machine-bench.ts";
import { calls, gate, says, ScriptedModel, type Beat } from "../../support/ports/scripted-model.ts";

let bench: MachineBench;
let session: Session;
beforeEach(async () => {
  bench = new MachineBench();
  session = await bench.machine.open();
});

const FULL = new OkcvmError("storage-full", "Full.");
const script = (...replies: Beat[][]): ScriptedModel =>
  (bench.model = new ScriptedModel(replies)) as ScriptedModel;
const shown = async (of: Session = session): Promise<string[]> =>
  (await of.messages()).map((message) => `${message.role}: ${textOf(message)}`);
const stored = (): Promise<Message[]> => bench.conversations.messages(session.id);
const ask = async (text: string, reply: Beat[] = says(`re ${text}`)): Promise<RunEvent[]> => {
  script(reply);
  const events = await bench.finish(session.send(text));
  await bench.clock.advance(1);
  return events;
};
const codeOf = async (task: () => AsyncIterable<RunEvent> | Promise<unknown>): Promise<string> => {
  try {
    const result = task();
    if (Symbol.asyncIterator in result) await bench.finish(result);
    else await result;
    return "ok";
  } catch (error) {
    return (error as OkcvmError).code;
  }
};
const idAt = async (index: number): Promise<string> => (await session.messages()).at(index)?.id as string;

describe("send", () => {
  test("runs the agent, stores both messages, names the conversation", async () => {
    const events = await ask("Hello  there");
    expect(events[0]).toMatchObject({
      type: "run-start",
      user: { role: "user", parentId: null },
      assistant: { status: "running" },
    });
    expect(events.at(-1)).toMatchObject({ type: "run-end", status: "done" });
    expect(await shown()).toEqual(["user: Hello  there", "assistant: re Hello  there"]);
    expect(session.running).toBe(false);
    expect(await stored()).toEqual(await session.messages());
    expect(await bench.conversations.openRuns(session.id)).toEqual([]);
    const record = await bench.conversations.get(session.id);
    expect(record).toMatchObject({ title: "Hello there", leafId: await idAt(-1) });
  });

  test("sends the filled-in prompt, the branch and the tools", async () => {
    await ask("one");
    const model = script(says("re two"));
    await bench.finish(session.send("two"));
    const [request] = model.requests;
    expect(request?.messages[0]).toEqual({
      role: "system",
      content: expect.stringMatching(
        new RegExp(`^Root ${session.workspace.root}, day 2026-01-15, uploads none\\.$`),
      ),
    });
    expect(request?.messages.slice(1).map((message) => message.role)).toEqual(["user", "assistant", "user"]);
    expect(request?.tools.map((tool) => tool.name)).toEqual(bench.machine.registry.names());
  });

  test("refuses an empty message before anything is kept", async () => {
    for (const text of ["", "  \n "])
      expect(await codeOf(async () => bench.finish(session.send(text)))).toBe("bad-arguments");
    expect(await stored()).toEqual([]);
    expect(session.running).toBe(false);
  });

  test("takes a message of files alone", async () => {
    const [file] = await session.upload([{ name: "a.csv", content: new Blob(["x,y"]) }]);
    if (!file) throw new Error("no upload");
    const model = script(says("ok"));
    await bench.finish(session.send("", { attachments: [file] }));
    expect(JSON.stringify(model.requests[0]?.messages)).toContain(`${session.workspace.root}/upload/a.csv`);
    expect((await session.messages())[0]?.parts).toEqual([{ type: "attachment", ...file }]);
  });

  test("a second one while a run is under way is refused and keeps nothing", async () => {
    const held = gate();
    script([{ type: "text", delta: "a" }, held.promise, ...says("b")]);
    const first = session.send("one");
    expect(session.running).toBe(true);
    const at = await codeOf(async () => {
      for await (const event of session.send("two")) void event;
    });
    expect(at).toBe("run-active");
    await settle();
    for (const other of [() => session.regenerate(""), () => session.select("")])
      expect(
        await codeOf(async () => {
          const events = other();
          if ("then" in events) await events;
        }),
      ).toMatch(/run-active|not-found/);
    held.open();
    await bench.finish(first);
    expect(await shown()).toEqual(["user: one", "assistant: ab"]);
  });

  test("without a model keeps nothing and says so", async () => {
    bench.model = new OkcvmError("no-model", "No chat model is set.");
    expect(await codeOf(() => session.send("x"))).toBe("no-model");
    expect(await stored()).toEqual([]);
    expect(session.running).toBe(false);
    expect((await ask("again")).at(-1)).toMatchObject({ status: "done" });
  });

  test("marks what a script said", async () => {
    bench.model = new ScriptedModel([says("demo")], { scripted: true });
    await bench.finish(session.send("x"));
    expect((await session.messages())[1]?.scripted).toBe(true);
    await ask("y");
    expect((await session.messages())[3]).not.toHaveProperty("scripted");
  });

  test("events go on without a reader, and every reader gets all of them", async () => {
    const held = gate();
    script([{ type: "text", delta: "a" }, held.promise, ...says("b")]);
    const heard: string[] = [];
    session.subscribe((event) => event.type === "run" && heard.push(event.event.type));
    const events = session.send("x");
    for await (const event of events) if (event.type === "text") break;
    held.open();
    const again = await bench.finish(events);
    expect(again.map((event) => event.type)).toEqual(heard);
    expect(await shown()).toEqual(["user: x", "assistant: ab"]);
  });

  test("shows a message as far as it is", async () => {
    const held = gate();
    script([{ type: "text", delta: "so far" }, held.promise, ...says(" and on")]);
    const events = session.send("x");
    await settle();
    expect((await session.messages())[1]).toMatchObject({ status: "running", endedAt: null });
    expect(await shown()).toEqual(["user: x", "assistant: so far"]);
    held.open();
    await bench.finish(events);
    expect(await shown()).toEqual(["user: x", "assistant: so far and on"]);
  });

  test("a tool registered while a run is under way is offered from its next step on", async () => {
    const model = script(
      calls(["a", "mshtools-shell", { command: "x" }]),
      calls(["b", "mine", {}]),
      says("ok"),
    );
    const sandbox = bench.sandboxes[0];
    if (!sandbox) throw new Error("no sandbox");
    sandbox.run = () => {
      bench.machine.registry.register({
        name: "mine",
        spec: { name: "mine", description: "d", parameters: { type: "object" } },
        execute: async () => okResult("mine ran"),
      });
      return exited("x");
    };
    await bench.finish(session.send("go"));
    const offered = model.requests.map((request) => request.tools.some((tool) => tool.name === "mine"));
    expect(offered).toEqual([false, true, true]);
    expect(JSON.stringify(model.requests[2]?.messages)).toContain("mine ran");
  });
});

describe("stop", () => {
  test("ends the run and keeps what was said and done", async () => {
    script([{ type: "text", delta: "so far" }, gate().promise, ...says("never")]);
    const events = session.send("x");
    await settle();
    session.stop();
    expect((await bench.finish(events)).at(-1)).toMatchObject({ type: "run-end", status: "stopped" });
    expect(await shown()).toEqual(["user: x", "assistant: so far"]);
    expect((await stored()).find((message) => message.role === "assistant")).toMatchObject({
      status: "stopped",
    });
    expect(session.running).toBe(false);
    session.stop();
    expect((await ask("again")).at(-1)).toMatchObject({ status: "done" });
  });

  test("reaches the shell command that runs", async () => {
    script(calls(["a", "mshtools-shell", { command: "sleep" }]), says("never"));
    const sandbox = bench.sandboxes[0];
    if (sandbox) sandbox.run = () => new Promise(() => {});
    const events = session.send("x");
    await settle();
    session.stop();
    await bench.finish(events);
    const part = (await session.messages())[1]?.parts.find((one) => one.type === "tool-call");
    expect(part).toMatchObject({
      state: { status: "done", result: { ok: false, error: { code: "aborted" } } },
    });
  });

  test("right after send is not forgotten", async () => {
    script(says("never"));
    const events = session.send("x");
    session.stop();
    expect((await bench.finish(events)).at(-1)).toMatchObject({ status: "stopped" });
  });
});

describe("branches", () => {
  test("regenerate answers again beside the old reply", async () => {
    await ask("one");
    const old = await idAt(1);
    script(says("other"));
    await bench.finish(session.regenerate(old));
    expect(await shown()).toEqual(["user: one", "assistant: other"]);
    expect((await session.siblings(old)).map(textOf)).toEqual(["re one", "other"]);
    script(says("third"));
    await bench.finish(session.regenerate(await idAt(0)));
    expect((await session.siblings(old)).map(textOf)).toEqual(["re one", "other", "third"]);
    expect(await stored()).toHaveLength(4);
  });

  test("regenerate sends nothing of the reply it replaces", async () => {
    await ask("one");
    const model = script(says("other"));
    await bench.finish(session.regenerate(await idAt(1)));
    expect(model.requests[0]?.messages.slice(1)).toEqual([
      { role: "user", content: [{ type: "text", text: "one" }] },
    ]);
  });

  test("edit sends a changed text beside the old one, with its files", async () => {
    const attachments = await session.upload([{ name: "f.txt", content: new Blob(["x"]) }]);
    script(says("a"), says("b"));
    await bench.finish(session.send("old", { attachments }));
    const old = await idAt(0);
    await bench.clock.advance(1);
    await bench.finish(session.edit(old, "new"));
    expect(await shown()).toEqual(["user: new", "assistant: b"]);
    expect((await session.messages())[0]?.parts).toContainEqual({ type: "attachment", ...attachments[0] });
    expect((await session.siblings(old)).map(textOf)).toEqual(["old", "new"]);
  });

  test("select brings the newest branch through a message into view, and it lasts", async () => {
    await ask("one");
    const first = await idAt(1);
    await ask("two");
    script(says("other"));
    await bench.finish(session.regenerate(first));
    const heard: SessionEvent["type"][] = [];
    session.subscribe((event) => heard.push(event.type));
    await session.select(first);
    expect(heard).toEqual(["messages"]);
    expect(await shown()).toEqual(["user: one", "assistant: re one", "user: two", "assistant: re two"]);
    session = await bench.boot().open(session.id);
    expect((await shown()).length).toBe(4);
  });

  test("unknown messages are not found, and replies cannot be edited", async () => {
    await ask("one");
    const reply = await idAt(1);
    expect(await codeOf(async () => bench.finish(session.regenerate("none")))).toBe("not-found");
    expect(await codeOf(async () => bench.finish(session.edit("none", "x")))).toBe("not-found");
    expect(await codeOf(() => session.select("none"))).toBe("not-found");
    expect(await codeOf(() => session.siblings("none"))).toBe("not-found");
    expect(await codeOf(async () => bench.finish(session.edit(reply, "x")))).toBe("bad-arguments");
    expect(await codeOf(async () => bench.finish(session.edit(await idAt(0), " ")))).toBe("bad-arguments");
  });

  test("each keeps its own todo list", async () => {
    const item = (content: string) => ({ content, status: "pending", priority: "low" });
    await ask("one");
    const first = await idAt(1);
    await session.callTool("mshtools-todo_write", { todos: [item("on the first")] });
    script(
      calls(
        ["a", "mshtools-todo_read", {}],
        ["b", "mshtools-todo_write", { todos: [item("on the second")] }],
      ),
      says("ok"),
    );
    await bench.finish(session.regenerate(first));
    const call = (await session.messages())[1]?.parts.find((part) => part.type === "tool-call");
    expect(call).toMatchObject({ state: { result: { data: [] } } });
    expect((await session.callTool("mshtools-todo_read")).data).toMatchObject([{ content: "on the second" }]);
    await session.select(first);
    expect((await session.callTool("mshtools-todo_read")).data).toMatchObject([{ content: "on the first" }]);
    await ask("two");
    expect((await session.callTool("mshtools-todo_read")).data).toMatchObject([{ content: "on the first" }]);
  });
});

describe("what lasts", () => {
  test("a run that was killed is found interrupted, with its partial text and every call answered", async () => {
    script([{ type: "text", delta: "half a" }, ...calls(["a", "mshtools-shell", { command: "sleep" }])]);
    const sandbox = bench.sandboxes[0];
    if (sandbox) sandbox.run = () => new Promise(() => {});
    session.send("x");
    await settle();
    await bench.clock.advance(250);
    const again = await bench.boot().open(session.id);
    const messages = await again.messages();
    expect(messages[1]).toMatchObject({ status: "interrupted", endedAt: bench.clock.now() });
    expect(textOf(messages[1] as Message)).toBe("half a");
    expect(messages[1]?.parts.at(-1)).toMatchObject({
      type: "tool-call",
      state: { status: "done", result: { error: { code: "aborted" } } },
    });
    expect(again.running).toBe(false);
    expect(await bench.conversations.openRuns(session.id)).toEqual([]);
  });

  test("drafts are saved while it runs, the newest state each time, one save at a time", async () => {
    const held = [gate(), gate()] as const;
    script([
      { type: "text", delta: "a" },
      held[0].promise,
      { type: "text", delta: "b" },
      { type: "text", delta: "c" },
      held[1].promise,
      ...says("d"),
    ]);
    const events = session.send("x");
    const draft = async (): Promise<string> =>
      textOf((await stored()).find((message) => message.role === "assistant") as Message);
    await settle();
    await bench.clock.advance(250);
    expect(await draft()).toBe("a");
    held[0].open();
    await settle();
    await bench.clock.advance(250);
    expect(await draft()).toBe("abc");
    expect(bench.conversations.calls.filter((name) => name === "saveMessage").length).toBeLessThanOrEqual(4);
    held[1].open();
    await bench.finish(events);
    expect(await draft()).toBe("abcd");
  });

  test("a draft that cannot be saved is tried again", async () => {
    bench.conversations.faults.set("saveMessage", FULL);
    const held = gate();
    script([{ type: "text", delta: "a" }, held.promise, ...says("b")]);
    const events = session.send("x");
    await settle();
    await bench.clock.advance(250);
    bench.conversations.faults.clear();
    await bench.clock.advance(250);
    expect((await stored()).some((message) => textOf(message) === "a")).toBe(true);
    held.open();
    expect((await bench.finish(events)).at(-1)).toMatchObject({ status: "done" });
  });

  test("files read stay read after a reload", async () => {
    await session.workspace.write("f", "x");
    await session.callTool("mshtools-read_file", { file_path: "f" });
    session = await bench.boot().open(session.id);
    expect((await session.callTool("mshtools-write_file", { file_path: "f", content: "y" })).ok).toBe(true);
  });

  test("storage failing at the start keeps nothing and throws", async () => {
    bench.conversations.faults.set("beginRun", FULL);
    expect(await codeOf(() => session.send("x"))).toBe("storage-full");
    bench.conversations.faults.clear();
    expect(session.running).toBe(false);
    expect(await shown()).toEqual([]);
    expect(await stored()).toEqual([]);
    expect((await ask("again")).at(-1)).toMatchObject({ status: "done" });
    expect(await shown()).toEqual(["user: again", "assistant: re again"]);
  });

  test("storage failing at the end tells an error, keeps the text in view, and the run is recovered", async () => {
    bench.conversations.faults.set("endRun", FULL);
    const events = await ask("x");
    expect(events.at(-1)).toMatchObject({
      type: "run-end",
      status: "error",
      error: { code: "storage-full" },
    });
    expect(await shown()).toEqual(["user: x", "assistant: re x"]);
    expect(session.running).toBe(false);
    bench.conversations.faults.clear();
    session = await bench.boot().open(session.id);
    expect((await session.messages())[0]).toMatchObject({ role: "user" });
    expect((await session.messages())[1]?.status).toBe("interrupted");
  });

  test("a title that cannot be stored does not leave the session running for good", async () => {
    bench.conversations.faults.set("rename", FULL);
    script(says("ok"));
    await codeOf(() => session.send("x"));
    expect(session.running).toBe(false);
  });

  test("storage failing at the start does not name the conversation either", async () => {
    bench.conversations.faults.set("beginRun", FULL);
    expect(await codeOf(() => session.send("x"))).toBe("storage-full");
    expect((await bench.conversations.get(session.id))?.title).toBe("");
  });

  test("a listener that throws does not end the run", async () => {
    session.subscribe((event) => {
      if (event.type === "run" && event.event.type === "text") throw new Error("a bug of a listener");
    });
    expect((await ask("x")).at(-1)).toMatchObject({ status: "done" });
    expect(bench.reported[0]).toMatchObject({ message: "a bug of a listener" });
  });
});

describe("the rest of a session", () => {
  test("callTool never throws, streams output, and heeds its signal", async () => {
    const sandbox = bench.sandboxes[0];
    if (!sandbox) throw new Error("no sandbox");
    sandbox.run = (request) => {
      request.onOutput?.("part", "stdout");
      return exited("part");
    };
    const chunks: string[] = [];
    expect(
      await session.callTool("mshtools-shell", { command: "x" }, { onOutput: (chunk) => chunks.push(chunk) }),
    ).toMatchObject({ ok: true, output: "part" });
    expect(chunks).toEqual(["part"]);
    expect(await session.callTool("none")).toMatchObject({ ok: false, error: { code: "unknown-tool" } });
    expect(await session.callTool("mshtools-shell", "{")).toMatchObject({
      ok: false,
      error: { code: "bad-json" },
    });
    expect(
      await session.callTool("mshtools-shell", { command: "x" }, { signal: AbortSignal.abort() }),
    ).toMatchObject({ ok: false, error: { code: "aborted" } });
    expect(await stored()).toEqual([]);
  });

  test("tells of the engine, of its deployments, and of being taken over", async () => {
    const heard: SessionEvent[] = [];
    const off = session.subscribe((event) => heard.push(event));
    await session.callTool("mshtools-shell", { command: "x" });
    expect(heard.map((event) => event.type)).toEqual(["engine", "engine"]);
    await session.workspace.write("s/index.html", "x");
    await session.callTool("mshtools-deploy_website", { type: "static", local_dir: "s" });
    expect(heard.at(-1)).toMatchObject({ type: "deployment" });
    const other = await bench.machine.conversations.create();
    const elsewhere = await bench.machine.open(other.id);
    await elsewhere.workspace.write("s/index.html", "x");
    heard.length = 0;
    await elsewhere.callTool("mshtools-deploy_website", { type: "static", local_dir: "s" });
    expect(heard).toEqual([]);
    expect(await session.deployments()).toHaveLength(1);
    bench.workspaces.made.get(session.id)?.lose();
    await settle();
    expect(heard.at(-1)).toMatchObject({ type: "closed", error: { code: "workspace-busy" } });
    off();
  });

  test("close stops the run, waits for its end, and lets go of everything", async () => {
    script([{ type: "text", delta: "a" }, gate().promise]);
    session.send("x");
    await settle();
    const closing = session.close();
    await settle();
    await bench.clock.advance(250);
    await closing;
    expect(bench.sandboxes[0]?.closed).toBe(true);
    expect(bench.workspaces.made.get(session.id)?.closed).toBe(true);
    expect((await stored()).find((message) => message.role === "assistant")).toMatchObject({
      status: "stopped",
    });
    expect(await bench.machine.open(session.id)).not.toBe(session);
  });

  test("two uploads of one name at the same time get two names", async () => {
    const image = { name: "image.png", content: new Blob(["x"]) };
    const both = await Promise.all([session.upload([image]), session.upload([image])]);
    expect(both.flat().map((file) => file.path)).toEqual(["upload/image.png", "upload/image (2).png"]);
  });

  test("a file in the place of the upload folder does not stop the conversation", async () => {
    await session.workspace.write("upload", "a file the agent made");
    expect((await ask("x")).at(-1)).toMatchObject({ status: "done" });
  });
});

describe("messages from another device", () => {
  const arrived = (parentId: string | null, text: string): Message => ({
    id: newId(),
    conversationId: session.id,
    parentId,
    role: "user",
    parts: [{ type: "text", text }],
    status: "done",
    createdAt: bench.clock.now(),
    endedAt: bench.clock.now(),
  });

  test("come into view, and are answered from there", async () => {
    await ask("one");
    const told: SessionEvent["type"][] = [];
    session.subscribe((event) => told.push(event.type));
    const message = arrived(await idAt(-1), "from the phone");
    bench.conversations.arrive(session.id, [message], message.id);
    await settle();
    expect(told).toEqual(["messages"]);
    expect((await shown()).at(-1)).toBe("user: from the phone");
    await ask("two");
    expect((await session.messages()).at(-2)?.parentId).toBe(message.id);
  });

  test("do not take the reply that is being written out of view", async () => {
    await ask("one");
    const branch = arrived(await idAt(-1), "elsewhere");
    const held = gate();
    script([held.promise, ...says("late")]);
    const running = bench.finish(session.send("two"));
    await settle();
    bench.conversations.arrive(session.id, [branch], branch.id);
    await settle();
    expect((await shown()).at(-2)).toBe("user: two");
    held.open();
    await running;
    expect((await shown()).at(-1)).toBe("assistant: late");
  });

  test("while it is opened come into view too", async () => {
    const { id } = await bench.machine.conversations.create();
    const held = gate();
    // What is there was read; the rest of the opening waits.
    bench.conversations.gates.set("readPaths", held.promise);
    const opening = bench.machine.open(id);
    await settle();
    const message = { ...arrived("", "from the phone"), conversationId: id, parentId: null };
    bench.conversations.arrive(id, [message], message.id);
    held.open();
    const opened = await opening;
    await settle();
    expect((await opened.messages()).map((one) => one.id)).toEqual([message.id]);
  });

  test("of a conversation of which only the title is here are asked for", async () => {
    const { id } = await bench.machine.conversations.create();
    bench.conversations.markIncomplete(id);
    await bench.machine.open(id);
    expect(bench.sync.wanted).toEqual([id]);
  });
});
