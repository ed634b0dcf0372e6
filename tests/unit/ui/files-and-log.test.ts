import { describe, expect, it } from "vitest";

import type { Message } from "../../../src/domain/message.ts";
import { refusal } from "../../../src/ui/chat/attachments.ts";
import { formatBytes } from "../../../src/ui/format/bytes.ts";
import { formatDuration } from "../../../src/ui/format/duration.ts";
import { filterRows, toLogRows } from "../../../src/ui/log/log-rows.ts";

describe("uploads that are refused", () => {
  it("says which file is too large and how many are too many", () => {
    const small = { name: "a", size: 1 };
    expect(refusal([small], 99)).toBeNull();
    expect(refusal([small], 100)).toContain("101");
    expect(refusal([{ name: "film.mov", size: 100 * 1024 * 1024 + 1 }], 0)).toContain("film.mov");
    expect(refusal([{ name: "film.mov", size: 100 * 1024 * 1024 }], 0)).toBeNull();
  });
});

describe("the log", () => {
  const messages: Message[] = [
    {
      id: "m",
      conversationId: "c",
      parentId: null,
      role: "assistant",
      status: "done",
      createdAt: 0,
      endedAt: 9,
      parts: [
        { type: "step", model: "kimi", startedAt: 5 },
        {
          type: "tool-call",
          callId: "1",
          name: "mshtools-shell",
          arguments: '{"command":"ls"}',
          state: { status: "done", startedAt: 3, endedAt: 4, result: { ok: true, output: "" } },
        },
        { type: "tool-call", callId: "2", name: "x", arguments: "", state: { status: "pending" } },
      ],
    },
  ];

  it("lists calls that have begun in the order they did, and filters", () => {
    const rows = toLogRows(messages);
    expect(rows.map((row) => row.kind)).toEqual(["tool", "model"]);
    expect(filterRows(rows, "KIMI", "all")).toHaveLength(1);
    expect(filterRows(rows, "ls", "model")).toHaveLength(0);
  });
});

describe("amounts in words", () => {
  it("writes bytes and times", () => {
    expect([formatBytes(0), formatBytes(1023), formatBytes(1536), formatBytes(5 * 1024 ** 2)]).toEqual([
      "0 B",
      "1023 B",
      "1.5 KiB",
      "5.0 MiB",
    ]);
    expect([
      formatDuration(40),
      formatDuration(1400),
      formatDuration(14_200),
      formatDuration(125_000),
    ]).toEqual(["40 ms", "1.4 s", "14 s", "2 min 5 s"]);
  });
});
