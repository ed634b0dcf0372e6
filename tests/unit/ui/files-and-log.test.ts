import { describe, expect, it } from "vitest";

import type { Entry } from "../../../src/domain/changes.ts";
import type { Message } from "../../../src/domain/message.ts";
import { refusal } from "../../../src/ui/chat/attachments.ts";
import { decodeText } from "../../../src/ui/files/read-file.ts";
import { foldersToRead, visibleRows } from "../../../src/ui/files/tree-state.ts";
import { formatBytes } from "../../../src/ui/format/bytes.ts";
import { formatDuration } from "../../../src/ui/format/duration.ts";
import { filterRows, toLogRows } from "../../../src/ui/log/log-rows.ts";

function entry(path: string, kind: Entry["kind"]): Entry {
  return { path, kind, mode: 0o644, size: 1, mtime: 0 };
}

const folders = new Map([
  ["", [entry("b.txt", "file"), entry("a10", "directory"), entry("a9", "directory")]],
  ["a9", [entry("a9/x", "file")]],
]);

describe("the tree", () => {
  it("draws folders first, numbers in their order, and children of open folders", () => {
    const rows = visibleRows(folders, new Set(["a9"]));
    expect(rows.map((row) => [row.path, row.level])).toEqual([
      ["a9", 1],
      ["a9/x", 2],
      ["a10", 1],
      ["b.txt", 1],
    ]);
    expect(rows[0]).toMatchObject({ position: 1, siblings: 3, expanded: true });
  });

  it("reads again the known folders above a change, and no others", () => {
    expect(foldersToRead(["a9/deep/er/file"], folders)).toEqual(new Set(["a9", ""]));
    expect(foldersToRead(["b.txt"], folders)).toEqual(new Set([""]));
  });
});

describe("text or not", () => {
  it("takes UTF-8 for text, also when a cut falls inside a character", () => {
    const bytes = new TextEncoder().encode("aé");
    expect(decodeText(bytes, false)).toBe("aé");
    expect(decodeText(bytes.slice(0, 2), true)).toBe("a");
    expect(decodeText(bytes.slice(0, 2), false)).toBeNull();
    expect(decodeText(new Uint8Array([97, 0]), false)).toBeNull();
  });
});

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
