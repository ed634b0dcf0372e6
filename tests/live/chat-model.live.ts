import { describe, expect, it } from "vitest";

import { MODEL_PRESETS } from "../../src/domain/model-presets.ts";
import { createOpenAiChat } from "../../src/models/openai-chat.ts";
import type { ModelEvent, ModelMessage } from "../../src/ports/chat-model.ts";
import spec from "../../spec/tools.json" with { type: "json" };
import type { ToolSpec } from "../../src/domain/tool-spec.ts";

/**
 * A real endpoint, named by the environment: OKCVM_LIVE_BASE_URL,
 * OKCVM_LIVE_MODEL and, where it needs one, OKCVM_LIVE_KEY. Costs a few tokens.
 */
const baseUrl = process.env["OKCVM_LIVE_BASE_URL"];
const model = process.env["OKCVM_LIVE_MODEL"];
const apiKey = process.env["OKCVM_LIVE_KEY"] ?? null;
const tools = (spec.tools as unknown as ToolSpec[]).filter((tool) => tool.name === "mshtools-shell");

async function ask(messages: ModelMessage[]): Promise<ModelEvent[]> {
  if (!baseUrl || !model) throw new Error("Set OKCVM_LIVE_BASE_URL and OKCVM_LIVE_MODEL.");
  const chat = createOpenAiChat({ endpoint: { baseUrl, model }, apiKey, fetch: globalThis.fetch });
  const events: ModelEvent[] = [];
  for await (const event of chat.stream({ messages, tools }, new AbortController().signal))
    events.push(event);
  return events;
}

describe.skipIf(!baseUrl || !model)("a real chat endpoint", () => {
  it("streams text and ends", async () => {
    const events = await ask([
      { role: "user", content: [{ type: "text", text: "Reply with the word ready." }] },
    ]);
    const text = events.flatMap((event) => (event.type === "text" ? [event.delta] : [])).join("");
    expect(text.toLowerCase()).toContain("ready");
    expect(events.at(-1)?.type).toBe("end");
  });

  it("calls a tool, and goes on from its result", async () => {
    const question: ModelMessage = {
      role: "user",
      content: [
        {
          type: "text",
          text: "Run the command `echo 4711` with your shell tool, then tell me what it printed.",
        },
      ],
    };
    const first = await ask([question]);
    const call = first.find((event) => event.type === "call");
    if (call?.type !== "call") throw new Error("The model made no call.");
    const written = first
      .flatMap((event) => (event.type === "arguments" && event.callId === call.callId ? [event.delta] : []))
      .join("");
    expect(JSON.parse(written)).toMatchObject({ command: expect.stringContaining("4711") });
    const second = await ask([
      question,
      {
        role: "assistant",
        content: "",
        calls: [{ callId: call.callId, name: call.name, arguments: written }],
      },
      { role: "tool", callId: call.callId, content: "4711\n" },
    ]);
    expect(second.flatMap((event) => (event.type === "text" ? [event.delta] : [])).join("")).toContain(
      "4711",
    );
  });
});

describe("the presets", () => {
  it.each(MODEL_PRESETS.filter((preset) => preset.baseUrl.startsWith("https:")))(
    "$label answers at its base URL",
    async ({ baseUrl: url }) => {
      const response = await fetch(`${url}/models`);
      // Without a key an endpoint that is there refuses; one that is not does not answer so.
      expect([200, 401, 403]).toContain(response.status);
    },
  );
});
