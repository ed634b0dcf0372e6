import { beforeEach, describe, expect, test } from "vitest";

import type { Todo } from "../../../src/domain/todo.ts";
import { ToolBench } from "../../support/ports/tool-context.ts";

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
});
const item = (content: string, more: object = {}) => ({
  content,
  status: "pending",
  priority: "high",
  ...more,
});

describe("the todo tools", () => {
  test("an empty list is read as one", async () => {
    const result = await bench.run("todo_read", {});
    expect(result).toMatchObject({ ok: true, data: [] });
    expect(JSON.parse(result.output)).toEqual([]);
  });

  test("keep ids, give one to an item without, and replace the whole list", async () => {
    await bench.run("todo_write", {
      todos: [item("a", { id: "first" }), item("b"), item("c", { id: null })],
    });
    const written = bench.todos;
    expect(written[0]?.id).toBe("first");
    expect(new Set(written.map((todo) => todo.id)).size).toBe(3);
    for (const todo of written) expect(todo.id).toMatch(/./);
    const read = JSON.parse((await bench.run("todo_read", {})).output) as Todo[];
    expect(read).toEqual(written);
    await bench.run("todo_write", { todos: [{ ...read[1], status: "completed" }] });
    expect(bench.todos).toEqual([{ ...written[1], status: "completed" }]);
    await bench.run("todo_write", { todos: [] });
    expect(bench.todos).toEqual([]);
  });

  test("accept more than one item in progress", async () => {
    const todos = [item("a", { status: "in_progress" }), item("b", { status: "in_progress" })];
    expect(await bench.run("todo_write", { todos })).toMatchObject({ ok: true });
    expect(bench.todos.filter((todo) => todo.status === "in_progress")).toHaveLength(2);
  });

  test("take a list written as a JSON string", async () => {
    expect(await bench.run("todo_write", { todos: JSON.stringify([item("a")]) })).toMatchObject({ ok: true });
    expect(bench.todos).toHaveLength(1);
  });

  test("refuse a bad list, name every fault, and change nothing", async () => {
    await bench.run("todo_write", { todos: [item("keep")] });
    const before = structuredClone(bench.todos);
    const bad = [item("x", { status: "doing" }), { content: "y" }, item("z", { colour: "red" }), "w"];
    const result = await bench.run("todo_write", { todos: bad });
    expect(result).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
    for (const piece of [
      "todos[0].status",
      "in_progress",
      "todos[1].status",
      "todos[1].priority",
      "todos[2].colour",
      "todos[3]",
    ]) {
      expect(result.output).toContain(piece);
    }
    expect(bench.todos).toEqual(before);
    expect(await bench.run("todo_read", { all: true })).toMatchObject({
      ok: false,
      output: expect.stringMatching(/"all".*no arguments/),
    });
  });

  test("give an id to items whose id is empty", async () => {
    await bench.run("todo_write", { todos: [item("a", { id: "" }), item("b", { id: "" })] });
    expect(new Set(bench.todos.map((todo) => todo.id)).size).toBe(2);
  });

  test("todo_write gives an object as its data, as the contract says", async () => {
    expect((await bench.run("todo_write", { todos: [] })).data).toEqual({ todos: [] });
  });
});

describe("deploy_website", () => {
  test("publishes a copy and gives its address; a later deploy does not change it", async () => {
    await bench.workspace.write("site/index.html", "one");
    const first = await bench.run("deploy_website", {
      type: "static",
      local_dir: `${bench.workspace.root}/site`,
    });
    expect(first.ok).toBe(true);
    const [part] = first.content ?? [];
    if (part?.type !== "site") throw new Error("no site part");
    expect(first.output).toContain(part.url);
    await bench.workspace.write("site/index.html", "two");
    const second = await bench.run("deploy_website", { type: "static", local_dir: "site" });
    expect(second.output).not.toContain(part.url);
    expect(bench.publisher.served(part.deploymentId, "index.html")).toBe("one");
  });

  test("refuses a folder outside, one without index.html, and another type", async () => {
    await bench.workspace.mkdir("empty");
    const codes = async (args: object) =>
      (await bench.run("deploy_website", { type: "static", ...args })).error?.code;
    expect(await codes({ local_dir: "/etc" })).toBe("outside-workspace");
    expect(await codes({ local_dir: "empty" })).toBe("not-found");
    expect(await codes({ local_dir: "none" })).toBe("not-found");
    expect(await codes({ local_dir: "empty", type: "node" })).toBe("bad-arguments");
    expect(await codes({})).toBe("bad-arguments");
  });
});
