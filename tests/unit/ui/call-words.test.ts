import { describe, expect, it } from "vitest";

import { callObject, prettyArguments } from "../../../src/ui/chat/call-object.ts";
import { readPlan } from "../../../src/ui/chat/plan.ts";
import { lastLines, plainOutput } from "../../../src/ui/chat/terminal-text.ts";
import { toolPhrase } from "../../../src/ui/texts/tool-phrase.ts";

describe("what a card says", () => {
  it("names the file, the command, the search", () => {
    expect(callObject("mshtools-write_file", '{"file_path":"/mnt/x/site/index.html","content":"a"}')).toBe(
      "index.html",
    );
    expect(callObject("mshtools-shell", '{"command":"npm\\n test"}')).toBe("npm test");
    expect(callObject("mshtools-web_search", '{"queries":["a","b"]}')).toBe("a, b");
    expect(callObject("unknown", '{"x":1}')).toBe("");
  });

  it("names it while the arguments still arrive, once it is whole", () => {
    expect(callObject("mshtools-write_file", '{"file_path": "a/b.txt", "content": "lorem')).toBe("b.txt");
    expect(callObject("mshtools-write_file", '{"file_path": "a/b.t')).toBe("");
  });

  it("cuts a long command", () => {
    expect(callObject("mshtools-shell", JSON.stringify({ command: "x".repeat(500) }))).toHaveLength(120);
  });

  it("speaks by phase, and names a tool without words of its own", () => {
    expect(toolPhrase("mshtools-shell", "npm test", "done")).toBe("Ran npm test");
    expect(toolPhrase("mshtools-deploy_website", "site", "failed")).toBe("Could not publish the site");
    expect(toolPhrase("draw_diagram", "", "running")).toBe("Calling draw_diagram");
    expect(toolPhrase("constructor", "", "done")).toBe("Called constructor");
  });

  it("shows arguments that are no JSON as they came", () => {
    expect(prettyArguments('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyArguments('{"a":')).toBe('{"a":');
  });

  it("reads a plan, also one sent as a string, and takes nothing for one that is none", () => {
    const todos = [
      { content: "a", status: "completed" },
      { content: "b", status: "odd" },
      { status: "pending" },
    ];
    const plan = [
      { content: "a", status: "completed" },
      { content: "b", status: "pending" },
    ];
    expect(readPlan(JSON.stringify({ todos }))).toEqual(plan);
    expect(readPlan(JSON.stringify({ todos: JSON.stringify(todos) }))).toEqual(plan);
    expect(readPlan('{"todos":"soon"}')).toEqual([]);
    expect(readPlan("")).toEqual([]);
  });

  it("drops terminal escapes and keeps what a line was last", () => {
    expect(plainOutput("\u001b[32mok\u001b[0m\r\n10%\r50%\r100%\ndone")).toBe("ok\n100%\ndone");
    expect(lastLines("a\nb\nc\nd\n\n", 2)).toBe("c\nd");
  });
});
