import { describe, expect, test } from "vitest";
import { ModelError } from "../../../src/domain/model-error.ts";
import { createChunkReader } from "../../../src/models/stream-dialect.ts";
import { createThinkSplitter } from "../../../src/models/think-tags.ts";
import { assemble, type Reply } from "./support.ts";

function read(chunks: unknown[], options: { done?: boolean; taken?: string[] } = {}): Reply {
  const reader = createChunkReader({
    takenIds: new Set(options.taken),
    onError: (error) => new ModelError("server-error", JSON.stringify(error), { retryable: true }),
  });
  const events = chunks.flatMap((chunk) => reader.push(chunk));
  return assemble([...events, ...reader.end(options.done ?? true)]);
}

const delta = (fields: object, finish: string | null = null) => ({
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
const calls = (...list: object[]) => delta({ tool_calls: list });
const call = (fields: { index?: number | null; id?: string | null; name?: string; args?: unknown }) => ({
  ...(fields.index === undefined ? {} : { index: fields.index }),
  ...(fields.id === undefined ? {} : { id: fields.id }),
  function: {
    ...(fields.name === undefined ? {} : { name: fields.name }),
    ...(fields.args === undefined ? {} : { arguments: fields.args }),
  },
});
const shown = (reply: Reply) => reply.calls.map(({ name, arguments: args }) => [name, args]);

describe("telling calls apart", () => {
  test("all with index 0 and ids of their own", () => {
    const reply = read([
      calls(call({ index: 0, id: "a", name: "one", args: '{"x":1}' })),
      calls(call({ index: 0, id: "b", name: "two", args: '{"y"' })),
      calls(call({ index: 0, args: ":2}" })),
      delta({}, "tool_calls"),
    ]);
    expect(reply.calls).toEqual([
      { callId: "a", name: "one", arguments: '{"x":1}' },
      { callId: "b", name: "two", arguments: '{"y":2}' },
    ]);
  });

  test("neither index nor id, arguments as objects, in one chunk and in two", () => {
    const one = call({ name: "shell", args: { command: "ls" } });
    expect(shown(read([calls(one, one), delta({}, "stop")]))).toEqual([
      ["shell", '{"command":"ls"}'],
      ["shell", '{"command":"ls"}'],
    ]);
    expect(shown(read([calls(one), calls(one), delta({}, "stop")]))).toHaveLength(2);
  });

  test("two calls without arguments, index and id in one chunk", () => {
    const one = call({ name: "todo_read", args: "" });
    expect(shown(read([calls(one, one)]))).toEqual([
      ["todo_read", "{}"],
      ["todo_read", "{}"],
    ]);
  });

  test("index null and id null are as good as missing", () => {
    const reply = read([
      calls(call({ index: null, id: null, name: "a", args: '{"k":' })),
      calls(call({ index: null, id: null, args: "1}" })),
    ]);
    expect(shown(reply)).toEqual([["a", '{"k":1}']]);
  });

  test("interleaved by index", () => {
    const reply = read([
      calls(
        call({ index: 0, id: "a", name: "one", args: "" }),
        call({ index: 1, id: "b", name: "two", args: "" }),
      ),
      calls(call({ index: 1, args: '{"b":' })),
      calls(call({ index: 0, args: '{"a":1}' })),
      calls(call({ index: 1, args: "2}" })),
    ]);
    expect(shown(reply)).toEqual([
      ["one", '{"a":1}'],
      ["two", '{"b":2}'],
    ]);
  });

  test("the same id at two indices gives two calls with ids of their own", () => {
    const reply = read([
      calls(call({ index: 0, id: "x", name: "a", args: "{}" })),
      calls(call({ index: 1, id: "x", name: "b", args: "{}" })),
    ]);
    expect(shown(reply)).toEqual([
      ["a", "{}"],
      ["b", "{}"],
    ]);
    expect(reply.calls[0]?.callId).toBe("x");
    expect(reply.calls[1]?.callId).toMatch(/^call_1_[0-9a-f]{12}$/);
  });

  test("an id the conversation has already is not given again", () => {
    const reply = read(
      [
        calls(call({ index: 0, id: "call_0", name: "a", args: "{" })),
        calls(call({ index: 0, id: "call_0", args: "}" })),
      ],
      { taken: ["call_0"] },
    );
    expect(shown(reply)).toEqual([["a", "{}"]]);
    expect(reply.calls[0]?.callId).not.toBe("call_0");
  });

  test.each([
    ["in pieces", ["mshtools-", "todo", "_read"]],
    ["repeated", ["mshtools-todo_read", "mshtools-todo_read"]],
    ["growing", ["mshtools-", "mshtools-todo_read"]],
  ])("a name %s", (_, names) => {
    const heads = names.map((name) => calls(call({ index: 0, id: "a", name, args: "" })));
    expect(shown(read([...heads, calls(call({ index: 0, args: "{}" }))]))).toEqual([
      ["mshtools-todo_read", "{}"],
    ]);
  });

  test("the name repeated with every piece of the arguments", () => {
    const parts = ['{"a"', ":", "1}"].map((args) => calls(call({ index: 0, name: "t", args })));
    expect(shown(read(parts))).toEqual([["t", '{"a":1}']]);
  });
});

describe("text and thoughts", () => {
  test("content as parts, null content, and a refusal", () => {
    const parts = [
      { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
      { type: "text", text: "A" },
      { type: "text", text: "B" },
    ];
    expect(read([delta({ content: parts }), delta({ content: null })])).toMatchObject({
      text: "AB",
      reasoning: "Hm.",
    });
    expect(read([delta({ refusal: "No." })]).text).toBe("No.");
  });

  test("a thought that comes in two fields is taken once", () => {
    expect(
      read([delta({ reasoning: "x", reasoning_content: "x", reasoning_details: [{ text: "x" }] })]).reasoning,
    ).toBe("x");
    expect(
      read([
        delta({
          reasoning_details: [
            { type: "reasoning.summary", summary: "y" },
            { type: "reasoning.encrypted", data: "z" },
          ],
        }),
      ]).reasoning,
    ).toBe("y");
  });

  test("think tags are found however they are cut", () => {
    const whole = "\n<think>\nA < B </ thought</think>\n\nSaid <think>this</think>.";
    for (let size = 1; size <= whole.length; size += 1) {
      const pieces: string[] = [];
      for (let from = 0; from < whole.length; from += size) pieces.push(whole.slice(from, from + size));
      const reply = read(pieces.map((content) => delta({ content })));
      expect(reply.reasoning.trim()).toBe("A < B </ thought");
      expect(reply.text).toBe("Said <think>this</think>.");
    }
  });

  test("text that only looks like a tag stays text, and an open thought stays a thought", () => {
    expect(read([delta({ content: "<th" }), delta({ content: "ree>" })]).text).toBe("<three>");
    expect(read([delta({ content: "<thi" })]).text).toBe("<thi");
    expect(read([delta({ content: "<think>never closed" })])).toMatchObject({
      text: "",
      reasoning: "never closed",
    });
    expect(createThinkSplitter().push("plain")).toEqual([{ type: "text", delta: "plain" }]);
  });
});

describe("the end", () => {
  test("usage wherever it is put", () => {
    const usage = {
      prompt_tokens: 7,
      completion_tokens: 2,
      completion_tokens_details: { reasoning_tokens: 1 },
    };
    const expected = { input: 7, output: 2, reasoning: 1 };
    expect(
      read([delta({ content: "a" }), { choices: [{ delta: {}, finish_reason: "stop", usage }] }]).end?.usage,
    ).toEqual(expected);
    expect(read([delta({ content: "a" }, "stop"), { choices: [], usage }]).end?.usage).toEqual(expected);
    expect(
      read([delta({ content: "a" }, "stop"), { usage: { prompt_tokens: "7", completion_tokens: -1 } }]).end
        ?.usage,
    ).toBeUndefined();
  });

  test("calls make it tool_calls, except where the reply was cut by its limit", () => {
    const made = calls(call({ index: 0, id: "a", name: "t", args: '{"a":' }));
    expect(read([made, delta({}, "stop")]).end?.finish).toBe("tool_calls");
    expect(read([made, delta({}, "length")]).end?.finish).toBe("length");
    expect(read([delta({ content: "a" }, "max_tokens")]).end?.finish).toBe("length");
    expect(read([delta({ content: "a" }, "tool_calls")]).end?.finish).toBe("stop");
  });

  test("without a finish, [DONE] makes the difference between whole and cut", () => {
    expect(read([delta({ content: "a" })], { done: true }).end?.finish).toBe("stop");
    expect(() => read([delta({ content: "a" })], { done: false })).toThrow(
      expect.objectContaining({ code: "bad-reply", retryable: true }),
    );
    expect(() => read([], { done: true })).toThrow(
      expect.objectContaining({ code: "bad-reply", retryable: true }),
    );
  });

  test("an error in a chunk or choice is thrown", () => {
    expect(() => read([{ error: { message: "boom" } }])).toThrow("boom");
    expect(() => read([{ choices: [{ delta: {}, error: { message: "bang" } }] }])).toThrow("bang");
    expect(() => read([delta({ content: "a" }, "error")])).toThrow(
      expect.objectContaining({ code: "server-error" }),
    );
  });

  test("chunks of no known shape are passed over", () => {
    expect(
      read([null, 3, "x", [], {}, { choices: null }, { choices: [null] }, delta({ content: "a" }, "stop")])
        .text,
    ).toBe("a");
  });
});
