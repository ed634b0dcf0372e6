import { describe, expect, test } from "vitest";

import { branchTo, newestLeafUnder, siblingsOf, titleFrom } from "../../../src/domain/conversation.ts";
import type { Message } from "../../../src/domain/message.ts";

function node(
  id: string,
  parentId: string | null,
  createdAt: number,
  role: "user" | "assistant" = id.startsWith("u") ? "user" : "assistant",
): Message {
  return {
    id,
    parentId,
    role,
    createdAt,
    conversationId: "c",
    parts: [],
    status: "done",
    endedAt: createdAt,
  };
}

/**
 * u1 - a1 - u2 - a2
 *   \     \ u3 - a3
 *    a1b
 * u1b - a4
 */
const TREE = [
  node("a3", "u3", 8),
  node("u1", null, 1),
  node("a1", "u1", 2),
  node("u2", "a1", 3),
  node("a2", "u2", 4),
  node("a1b", "u1", 5),
  node("u3", "a1", 7),
  node("u1b", null, 10),
  node("a4", "u1b", 11),
];
const ids = (messages: Message[]): string[] => messages.map((message) => message.id);
const by = (id: string): Message => TREE.find((one) => one.id === id) as Message;

describe("the branch to a leaf", () => {
  test("runs from the first message to it, in whatever order rows come", () => {
    expect(ids(branchTo(TREE, "a3"))).toEqual(["u1", "a1", "u3", "a3"]);
    expect(ids(branchTo(TREE.toReversed(), "a2"))).toEqual(["u1", "a1", "u2", "a2"]);
    expect(ids(branchTo(new Map(TREE.map((one) => [one.id, one])).values(), "a4"))).toEqual(["u1b", "a4"]);
  });

  test("is empty for no leaf and an unknown one", () => {
    expect(branchTo(TREE, null)).toEqual([]);
    expect(branchTo(TREE, "none")).toEqual([]);
    expect(branchTo([], "a1")).toEqual([]);
  });

  test("of 20,000 messages is no burden", () => {
    const long = Array.from({ length: 20_000 }, (_, at) =>
      node(`u${at}`, at === 0 ? null : `u${at - 1}`, at),
    );
    expect(branchTo(long, "u19999")).toHaveLength(20_000);
  });
});

describe("siblings", () => {
  test("share the parent, oldest first, themselves among them", () => {
    expect(ids(siblingsOf(TREE, by("u3")))).toEqual(["u2", "u3"]);
    expect(ids(siblingsOf(TREE, by("a1b")))).toEqual(["a1", "a1b"]);
    expect(ids(siblingsOf(TREE, by("u1b")))).toEqual(["u1", "u1b"]);
    expect(ids(siblingsOf(TREE, by("a4")))).toEqual(["a4"]);
  });
});

describe("the newest leaf", () => {
  test("is found by the newest child at every fork", () => {
    expect(newestLeafUnder(TREE, "u1")).toBe("a1b");
    expect(newestLeafUnder(TREE, "a1")).toBe("a3");
    expect(newestLeafUnder(TREE, "u2")).toBe("a2");
    expect(newestLeafUnder(TREE, "a4")).toBe("a4");
  });
});

describe("a title", () => {
  test("is one line of at most 60 characters", () => {
    expect(titleFrom("  Make\n\n me\ta  site ")).toBe("Make me a site");
    expect(titleFrom("x".repeat(60))).toBe("x".repeat(60));
    expect(titleFrom("x".repeat(61))).toBe(`${"x".repeat(59)}…`);
    expect(titleFrom("🙂".repeat(61))).toBe(`${"🙂".repeat(59)}…`);
    expect(titleFrom(" \n ")).toBe("");
    expect(titleFrom(`${"word ".repeat(20)}`)).not.toMatch(/\s…$/);
  });
});
