import { describe, expect, it } from "vitest";

import type { RunEvent } from "../../../src/domain/events.ts";
import type { Message } from "../../../src/domain/message.ts";
import { applyEvents, joinDeltas, settle } from "../../../src/ui/state/live-messages.ts";

function message(
  id: string,
  parentId: string | null,
  role: Message["role"],
  status: Message["status"] = "done",
): Message {
  return {
    id,
    conversationId: "c",
    parentId,
    role,
    parts: [],
    status,
    createdAt: 1,
    endedAt: status === "running" ? null : 2,
  };
}

const u1 = message("u1", null, "user");
const a1 = message("a1", "u1", "assistant");
const u2 = message("u2", "a1", "user");
const a2 = message("a2", "u2", "assistant");

describe("messages of a live branch", () => {
  it("joins neighbouring deltas of one kind and keeps the order of others", () => {
    const events: RunEvent[] = [
      { type: "text", delta: "a" },
      { type: "text", delta: "b" },
      { type: "reasoning", delta: "c" },
      { type: "arguments", callId: "1", delta: "x" },
      { type: "arguments", callId: "2", delta: "y" },
    ];
    expect(joinDeltas(events)).toEqual([{ type: "text", delta: "ab" }, ...events.slice(2)]);
  });

  it("adds a run below its parent and leaves what followed there", () => {
    const user = message("u3", "a1", "user");
    const assistant = message("a3", "u3", "assistant", "running");
    const list = applyEvents([u1, a1, u2, a2], [{ type: "run-start", user, assistant }]);
    expect(list.map((one) => one.id)).toEqual(["u1", "a1", "u3", "a3"]);
    const again = applyEvents(
      [u1, a1, u2, a2],
      [{ type: "run-start", user: null, assistant: { ...assistant, parentId: "u2" } }],
    );
    expect(again.map((one) => one.id)).toEqual(["u1", "a1", "u2", "a3"]);
  });

  it("changes the running message alone", () => {
    const live = message("a2", "u2", "assistant", "running");
    const list = applyEvents([u1, a1, u2, live], [{ type: "text", delta: "hi" }]);
    expect(list[1]).toBe(a1);
    expect(list[3]?.parts).toEqual([{ type: "text", text: "hi" }]);
    expect(applyEvents([u1, a1], [{ type: "text", delta: "late" }])).toEqual([u1, a1]);
  });

  it("keeps the objects of ended messages that are stored as they are shown", () => {
    const settled = settle([u1, a1], [{ ...u1 }, { ...a1, endedAt: 99 }, u2]);
    expect(settled[0]).toBe(u1);
    expect(settled[1]).not.toBe(a1);
    expect(settled).toHaveLength(3);
  });
});
