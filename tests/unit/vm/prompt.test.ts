import { describe, expect, test } from "vitest";

import type { Message, Part, ToolCallPart, ToolResult } from "../../../src/domain/message.ts";
import type { ModelMessage } from "../../../src/ports/chat-model.ts";
import { estimateTokens, fitToWindow } from "../../../src/vm/context-window.ts";
import { fillPrompt, resultText, toModelMessages } from "../../../src/vm/prompt.ts";
import { faultIn } from "../../support/ports/loop-bench.ts";
import { seeded } from "../../support/ports/seeded.ts";

const ROOT = "/mnt/okcvm-12345678";
const IMAGE: ToolResult = {
  ok: true,
  output: "a picture",
  content: [{ type: "image", mediaType: "image/png", data: "AAAA", path: `${ROOT}/p.png` }],
};

function message(role: Message["role"], parts: Part[]): Message {
  return {
    id: "m",
    conversationId: "c",
    parentId: null,
    role,
    parts,
    status: "done",
    createdAt: 0,
    endedAt: 0,
  };
}
const step: Part = { type: "step", model: "m", startedAt: 0 };
const text = (value: string): Part => ({ type: "text", text: value });
const done = (
  callId: string,
  result: ToolResult = { ok: true, output: `result ${callId}` },
  args = "{}",
): ToolCallPart => ({
  type: "tool-call",
  callId,
  name: "t",
  arguments: args,
  state: { status: "done", startedAt: 0, endedAt: 0, result },
});

describe("the system prompt", () => {
  const facts = { root: ROOT, date: "2026-01-15", uploads: ["/a", "/b"], tools: ["x", "y"] };
  test("is filled in; what is unknown stays as it is", () => {
    expect(fillPrompt("{{root}} {{date}} {{uploads}} {{tools}} {{other}} {{ root }} {root}", facts)).toBe(
      `${ROOT} 2026-01-15 /a, /b x, y {{other}} {{ root }} {root}`,
    );
    expect(fillPrompt("{{uploads}}", { ...facts, uploads: [] })).toBe("none");
  });
  test("is filled in once and literally", () => {
    expect(fillPrompt("{{uploads}}", { ...facts, uploads: ["/{{root}}", "$&$1"] })).toBe("/{{root}}, $&$1");
  });
  test("knows no names of the prototype", () => {
    expect(fillPrompt("{{constructor}} {{__proto__}} {{toString}}", facts)).toBe(
      "{{constructor}} {{__proto__}} {{toString}}",
    );
  });
});

describe("history", () => {
  test("names a person's files by their absolute paths", () => {
    const parts: Part[] = [
      text("see"),
      { type: "attachment", path: "upload/a b.csv", name: "a b.csv", size: 12, mediaType: "text/csv" },
    ];
    const [first] = toModelMessages([message("user", parts)], ROOT);
    expect(first).toMatchObject({
      role: "user",
      content: [
        { text: "see" },
        { text: expect.stringContaining(`${ROOT}/upload/a b.csv (text/csv, 12 bytes)`) },
      ],
    });
  });

  test("keeps steps apart, and reasoning out", () => {
    const parts: Part[] = [
      step,
      { type: "reasoning", text: "secret" },
      text("one"),
      done("a"),
      done("b"),
      step,
      text("two"),
      text("three"),
    ];
    const messages = toModelMessages([message("assistant", parts)], ROOT);
    expect(messages.map((one) => one.role)).toEqual(["assistant", "tool", "tool", "assistant"]);
    expect(messages[3]).toMatchObject({ content: "two\n\nthree", calls: [] });
    expect(JSON.stringify(messages)).not.toContain("secret");
  });

  test("shows pictures as the person's after all results of their step", () => {
    const messages = toModelMessages(
      [message("assistant", [step, done("a", IMAGE), done("b"), step, text("nice")])],
      ROOT,
    );
    expect(messages.map((one) => one.role)).toEqual(["assistant", "tool", "tool", "user", "assistant"]);
    expect(messages[3]).toMatchObject({
      content: [
        { type: "text", text: expect.stringContaining("p.png") },
        { type: "image", dataUrl: "data:image/png;base64,AAAA" },
      ],
    });
  });

  test("tells failures as errors with their code, and what was printed", () => {
    expect(resultText({ ok: true, output: "fine" })).toBe("fine");
    expect(resultText({ ok: false, output: "No.", error: { code: "not-found", message: "No." } })).toBe(
      "Error (not-found): No.",
    );
    expect(resultText({ ok: false, output: "printed", error: { code: "timeout", message: "Late." } })).toBe(
      "Error (timeout): Late.\nprinted",
    );
    expect(resultText({ ok: false, output: "" })).toMatch(/^Error/);
  });

  test("gives calls cut off a result, and broken arguments a form that is JSON", () => {
    const parts: Part[] = [
      step,
      { ...done("a"), state: { status: "pending" }, arguments: '{"x":' },
      { ...done("b"), state: { status: "running", startedAt: 0, output: "half" }, arguments: "" },
    ];
    const messages = toModelMessages([message("assistant", parts)], ROOT);
    expect(faultIn(messages)).toBeNull();
    expect(messages[0]).toMatchObject({
      calls: [{ arguments: expect.stringContaining('{\\"x\\":') }, { arguments: "{}" }],
    });
    expect(messages.slice(1).map((one) => one.role === "tool" && one.content)).toEqual([
      expect.stringMatching(/aborted/),
      expect.stringMatching(/aborted/),
    ]);
  });

  test("is valid wherever a run was cut (every prefix of 60 random runs)", () => {
    const random = seeded(5);
    for (let round = 0; round < 60; round++) {
      const parts = Array.from({ length: 12 }, (_, at): Part => {
        const id = `c${at}`;
        const kinds: Part[] = [
          step,
          text(random(2) ? "t" : ""),
          { type: "reasoning", text: "r" },
          done(id),
          done(id, IMAGE),
          { ...done(id), state: { status: "pending" }, arguments: '{"a' },
        ];
        return kinds[random(kinds.length)] as Part;
      });
      for (let cut = 0; cut <= parts.length; cut++) {
        const branch = [
          message("user", [text("q")]),
          message("assistant", parts.slice(0, cut)),
          message("user", [text("next")]),
        ];
        expect(faultIn(toModelMessages(branch, ROOT)), JSON.stringify(parts.slice(0, cut))).toBeNull();
      }
    }
  });
});

const total = (messages: ModelMessage[]): number =>
  messages.reduce((sum, one) => sum + estimateTokens(one), 0);
const user = (value: string): ModelMessage => ({ role: "user", content: [{ type: "text", text: value }] });
const system: ModelMessage = { role: "system", content: "You are." };

/** A random history as the prompt makes them: a system message, then exchanges of random steps. */
function randomHistory(random: (limit: number) => number): ModelMessage[] {
  const branch: Message[] = [];
  for (let exchange = 0; exchange <= random(6); exchange++) {
    branch.push(message("user", [text(`question ${exchange} ${"q".repeat(random(300))}`)]));
    const parts: Part[] = [];
    for (let at = 0; at < random(5); at++) {
      parts.push(step, text("a".repeat(random(400))));
      for (let call = 0; call < random(3); call++) {
        const id = `${exchange}.${at}.${call}`;
        parts.push(
          random(5) === 0
            ? done(id, IMAGE)
            : done(
                id,
                { ok: true, output: "世x".repeat(random(900)) },
                JSON.stringify({ v: "y".repeat(random(200)) }),
              ),
        );
      }
    }
    branch.push(message("assistant", parts));
  }
  branch.push(message("user", [text("the newest")]));
  return [system, ...toModelMessages(branch, ROOT)];
}

describe("the context window", () => {
  test("leaves alone what fits", () => {
    const messages = randomHistory(seeded(1));
    expect(fitToWindow(messages, 1_000_000)).toBe(messages);
  });

  test("never leaves a call without its result, keeps the system message and the newest, and only shrinks (500 random histories)", () => {
    const random = seeded(9);
    let dropped = 0;
    for (let round = 0; round < 500; round++) {
      const messages = randomHistory(random);
      const before = structuredClone(messages);
      const window = 50 + random(4_000);
      const fitted = fitToWindow(messages, window);
      expect(messages).toEqual(before);
      expect(faultIn(fitted)).toBeNull();
      expect(fitted[0]).toEqual(system);
      expect(fitted.at(-1)).toEqual(user("the newest"));
      expect(total(fitted)).toBeLessThanOrEqual(Math.max(window, total(messages)) + 60);
      if (fitted.length < messages.length) dropped++;
    }
    expect(dropped).toBeGreaterThan(50);
  });

  test("takes old output before anything else, and keeps the newest", () => {
    const tool = (id: string): ModelMessage[] => [
      { role: "assistant", content: "", calls: [{ callId: id, name: "t", arguments: "{}" }] },
      { role: "tool", callId: id, content: id.repeat(2_000) },
    ];
    const messages = [system, user("q"), ...tool("a"), ...tool("b"), ...tool("c")];
    const fitted = fitToWindow(messages, 1_200);
    expect(fitted).toHaveLength(messages.length);
    expect(fitted[3]).toMatchObject({ content: expect.stringMatching(/2000 characters removed/) });
    expect(total(fitted)).toBeLessThanOrEqual(1_200);
    const one = fitToWindow([system, user("q"), ...tool("a"), ...tool("b")], 800);
    expect(one.map((message) => message.role === "tool" && /removed/.test(message.content))).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test("takes long arguments of old calls too, so that one long run can shrink", () => {
    const step = (n: number): ModelMessage[] => [
      {
        role: "assistant",
        content: "",
        calls: [
          {
            callId: `c${n}`,
            name: "mshtools-write_file",
            arguments: JSON.stringify({ file_path: `f${n}`, content: "x".repeat(90_000) }),
          },
        ],
      },
      { role: "tool", callId: `c${n}`, content: "Wrote it." },
    ];
    const run: ModelMessage[] = [
      { role: "system", content: "s" },
      { role: "user", content: [{ type: "text", text: "go" }] },
      ...Array.from({ length: 12 }, (_, n) => step(n)).flat(),
    ];
    const fitted = fitToWindow(run, 120_000);
    expect(fitted).toHaveLength(run.length);
    expect(fitted.reduce((sum, message) => sum + estimateTokens(message), 0)).toBeLessThanOrEqual(120_000);
    for (const message of fitted) {
      if (message.role !== "assistant") continue;
      for (const call of message.calls) expect(JSON.parse(call.arguments)).toHaveProperty("file_path");
    }
    // The newest is whole.
    expect(fitted.at(-2)).toEqual(run.at(-2));
  });

  test("then takes old exchanges whole, with a note, until it fits", () => {
    const messages = [
      system,
      ...Array.from({ length: 10 }, (_, n) => [
        user(`q${n} ${"x".repeat(400)}`),
        { role: "assistant" as const, content: `a${n}`, calls: [] },
      ]).flat(),
    ];
    const fitted = fitToWindow(messages, 400);
    expect(total(fitted)).toBeLessThanOrEqual(400);
    expect(fitted[1]).toMatchObject({
      role: "user",
      content: [{ text: expect.stringMatching(/\d+ earlier messages were left out/) }],
    });
    expect(fitted.at(-1)).toEqual({ role: "assistant", content: "a9", calls: [] });
  });

  test("also when the run before was stopped in the middle of a tool", () => {
    const stopped: ModelMessage[] = [
      user("old"),
      {
        role: "assistant",
        content: "",
        calls: [{ callId: "a", name: "t", arguments: JSON.stringify({ content: "x".repeat(8_000) }) }],
      },
      { role: "tool", callId: "a", content: "Error (aborted): stopped" },
    ];
    expect(total(fitToWindow([system, ...stopped, user("new")], 500))).toBeLessThanOrEqual(500);
  });
});
