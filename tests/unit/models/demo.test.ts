import { Bash } from "just-bash";
import { describe, expect, test } from "vitest";
import { createDemoModel } from "../../../src/models/demo.ts";
import type { ModelMessage, ModelRequest } from "../../../src/ports/chat-model.ts";
import spec from "../../../spec/tools.json" with { type: "json" };
import { assemble, collect, type Reply } from "./support.ts";

const ROOT = "/mnt/okcvm-0123abcd";
const LINK = "http://abcd1234efgh.okcvm.localhost:8787/";
const TOOLS = spec.tools as ModelRequest["tools"];

type Run = (name: string, args: Record<string, unknown>) => Promise<string>;

/** Tools on a real shell and its files; only the deploy is made up. */
function realTools() {
  const bash = new Bash({ cwd: "/" });
  const run: Run = async (name, args) => {
    if (name === "mshtools-write_file") {
      await bash.fs.mkdir(`${ROOT}/site`, { recursive: true });
      await bash.fs.writeFile(String(args["file_path"]), String(args["content"]));
      return `Wrote ${String(args["file_path"])}.`;
    }
    if (name === "mshtools-shell") {
      const result = await bash.exec(String(args["command"]));
      return `${result.exitCode === 0 ? "" : "Error (command-failed): "}${result.stdout}${result.stderr}`;
    }
    if (name === "mshtools-deploy_website")
      return `The site is published at ${LINK} (3 files). Later changes do not show.`;
    return "ok";
  };
  return { bash, run };
}

function say(text: string): ModelMessage {
  return { role: "user", content: [{ type: "text", text }] };
}

/** A loop as small as one can be: ask, run, ask again. */
async function play(messages: ModelMessage[], run: Run, tools = TOOLS): Promise<Reply[]> {
  const pauses: number[] = [];
  const model = createDemoModel({ sleep: async (ms) => void pauses.push(ms) });
  const replies: Reply[] = [];
  for (let step = 0; step < 12; step += 1) {
    const events = await collect(model.stream({ messages, tools }, new AbortController().signal));
    expect(events[0]).toEqual({ type: "request", bytes: 0 });
    expect(pauses.splice(0).length).toBe(events.length - 1);
    const reply = assemble(events);
    replies.push(reply);
    messages.push({ role: "assistant", content: reply.text, calls: reply.calls });
    if (reply.calls.length === 0) return replies;
    for (const call of reply.calls) {
      const content = await run(call.name, JSON.parse(call.arguments) as Record<string, unknown>);
      messages.push({ role: "tool", callId: call.callId, content });
    }
  }
  throw new Error("The demo does not end.");
}

function conversation(): ModelMessage[] {
  return [{ role: "system", content: `The workspace is ${ROOT}.` }, say("Show me what you can do")];
}

describe("the tour", () => {
  test("plans, writes, checks, deploys and hands over the link", async () => {
    const { bash, run } = realTools();
    const messages = conversation();
    const replies = await play(messages, run);
    expect(replies.map((reply) => reply.calls.map((call) => call.name.replace("mshtools-", "")))).toEqual([
      ["todo_write"],
      ["write_file", "write_file", "write_file"],
      ["shell"],
      ["todo_write", "deploy_website"],
      ["todo_write"],
      [],
    ]);
    expect(replies[0]?.text).toContain("not a model");
    expect(replies.at(-1)?.text).toContain(`[A computer in a tab](${LINK})`);
    expect(replies.slice(0, -1).every((reply) => reply.end?.finish === "tool_calls")).toBe(true);
    expect(replies.at(-1)?.end).toEqual({ type: "end", finish: "stop" });
    const shell = messages.find(
      (message) => message.role === "tool" && message.content.includes("Check passed"),
    );
    expect(shell?.content).toMatch(/rel="stylesheet"[\s\S]*src="app.js"/);
    expect((await bash.exec(`ls ${ROOT}/site`)).stdout).toBe("app.js\nindex.html\nstyle.css\n");
    const last = JSON.parse(replies[4]?.calls[0]?.arguments ?? "{}") as { todos: { status: string }[] };
    expect(last.todos.map((todo) => todo.status)).toEqual([
      "completed",
      "completed",
      "completed",
      "completed",
    ]);
  });

  test("its check is real: it fails when a file is not what it should be", async () => {
    const { bash, run } = realTools();
    const breaking: Run = async (name, args) => {
      if (name === "mshtools-shell") await bash.exec(`sed -i 's/app.js/gone.js/' ${ROOT}/site/index.html`);
      return run(name, args);
    };
    const replies = await play(conversation(), breaking);
    expect(replies.at(-1)?.text).toMatch(/the check in the shell failed/);
    expect(replies.flatMap((reply) => reply.calls).some((call) => call.name.includes("deploy"))).toBe(false);
  });

  test.each(["mshtools-todo_write", "mshtools-write_file", "mshtools-shell", "mshtools-deploy_website"])(
    "stops and shows the message when %s fails",
    async (broken) => {
      const { run } = realTools();
      const failing: Run = async (name, args) =>
        name === broken ? "Error (storage-full): The disk is full." : run(name, args);
      const replies = await play(conversation(), failing);
      expect(replies.at(-1)?.text).toContain("The disk is full.");
      expect(replies.at(-1)?.text).toContain("The tour stops here");
      expect(replies.at(-1)?.text).not.toContain("The site is up");
    },
  );

  test("runs again when asked for, and else says what it is", async () => {
    const { run } = realTools();
    const messages = conversation();
    await play(messages, run);
    messages.push(say("Write me a poem"));
    const answer = await play(messages, run);
    expect(answer).toHaveLength(1);
    expect(answer[0]?.text).toMatch(/a script, not a model/);
    messages.push(say("the demo again, please"));
    expect((await play(messages, run)).at(-1)?.text).toContain(LINK);
  });

  test("says which tools it lacks, and uses the legacy root when no root is told", async () => {
    const { run } = realTools();
    const without = TOOLS.filter((tool) => tool.name !== "mshtools-shell");
    expect((await play(conversation(), run, without)).at(-1)?.text).toContain("mshtools-shell");
    const paths: unknown[] = [];
    await play(
      [say("hi")],
      async (name, args) => (
        paths.push(args["file_path"]),
        name === "mshtools-shell" ? "Check passed" : LINK
      ),
    );
    expect(paths).toContain("/mnt/okcomputer/site/index.html");
  });

  test("stops at once when it is aborted", async () => {
    const stop = new AbortController();
    const model = createDemoModel({
      sleep: async () => {
        stop.abort();
        throw new Error("woken");
      },
    });
    await expect(
      collect(model.stream({ messages: conversation(), tools: TOOLS }, stop.signal)),
    ).rejects.toMatchObject({ code: "aborted" });
  });
});
