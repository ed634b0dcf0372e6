import * as z from "zod/mini";

import { SITE_LIMITS, sitePathProblem } from "../domain/site-limits.ts";
import type { Message, Part } from "../domain/message.ts";
import type { ItemName, ItemValue } from "../domain/sync-items.ts";

// The page's policy lets nothing make code of text; zod would try.
z.config({ jitless: true });

const time = z.number();
const error = z.object({ code: z.string(), message: z.string() });
const content = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("image"),
    mediaType: z.string(),
    data: z.string(),
    path: z.optional(z.string()),
  }),
  z.object({ type: z.literal("audio"), mediaType: z.string(), path: z.string() }),
  z.object({ type: z.literal("file"), mediaType: z.string(), path: z.string(), size: z.number() }),
  z.object({ type: z.literal("site"), url: z.string(), deploymentId: z.string(), title: z.string() }),
]);
const result = z.object({
  ok: z.boolean(),
  output: z.string(),
  data: z.optional(z.unknown()),
  content: z.optional(z.array(content)),
  error: z.optional(error),
});
const callState = z.object({
  status: z.literal("done"),
  startedAt: time,
  endedAt: time,
  result,
  snapshotId: z.optional(z.string()),
});
const count = z.optional(z.number());
const part = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("reasoning"), text: z.string() }),
  z.object({
    type: z.literal("tool-call"),
    callId: z.string(),
    name: z.string(),
    arguments: z.string(),
    state: callState,
  }),
  z.object({
    type: z.literal("step"),
    model: z.string(),
    startedAt: time,
    endedAt: z.optional(time),
    firstTokenMs: count,
    usage: z.optional(z.object({ input: count, output: count, cachedInput: count, reasoning: count })),
    requestBytes: count,
    replyBytes: count,
    finish: z.optional(z.string()),
  }),
  z.object({
    type: z.literal("attachment"),
    path: z.string(),
    name: z.string(),
    size: z.number(),
    mediaType: z.string(),
  }),
]);
const messageId = z.string().check(z.regex(/^[0-9a-f]{32}$/));
const message = z.object({
  id: messageId,
  parentId: z.nullable(messageId),
  role: z.enum(["user", "assistant"]),
  // One by one: a kind of part that a later version knows is left out, the others stay.
  parts: z.array(z.unknown()),
  status: z.enum(["done", "stopped", "interrupted", "error", "step-limit"]),
  createdAt: time,
  endedAt: z.nullable(time),
  scripted: z.optional(z.boolean()),
  error: z.optional(error),
  snapshotId: z.optional(z.string()),
  branch: z.optional(z.string()),
});
const todo = z.object({
  id: z.string(),
  content: z.string(),
  status: z.enum(["pending", "in_progress", "completed"]),
  priority: z.enum(["high", "medium", "low"]),
});
const oid = z.string().check(z.regex(/^[0-9a-f]{40}$/));
const about = {
  title: z.object({ title: z.string().check(z.maxLength(1_000)) }),
  active: z.object({ createdAt: time, updatedAt: time }),
  deleted: z.object({
    at: z.nullable(time),
    seen: z.nullable(z.number()),
    files: z._default(z.nullable(z.array(oid)), null),
  }),
};
const files = {
  pack: z.object({
    size: z.number(),
    replaces: z._default(z.array(oid), []),
    blob: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  }),
  ref: z.object({ name: z.string().check(z.maxLength(1_000)), oid }),
  head: z.object({ branch: z.string().check(z.maxLength(1_000)) }),
};
const site = z.object({
  source: z.string().check(z.maxLength(4_096)),
  title: z.string().check(z.maxLength(1_000)),
  createdAt: time,
  bytes: z.number(),
  snapshotId: oid,
  sources: z
    .array(
      z.object({
        path: z.string().check(z.refine((path) => sitePathProblem(path) === null)),
        from: z.string(),
      }),
    )
    .check(z.maxLength(SITE_LIMITS.files)),
});
const todos = z.object({ todos: z.array(todo) });
const setting = z.object({ value: z.unknown() });

/** What an item holds, as text that a server keeps. */
export function writeBody(value: ItemValue): string {
  switch (value.kind) {
    case "node": {
      const { conversationId: _, ...rest } = value.message;
      return JSON.stringify(rest);
    }
    case "site": {
      const { id: _, conversationId: __, files: ___, ...rest } = value.record;
      return JSON.stringify(rest);
    }
    case "todos":
      return JSON.stringify({ todos: value.todos });
    case "setting":
      return JSON.stringify({ value: value.value });
    case "pack":
      return JSON.stringify({ size: value.size, replaces: value.replaces, blob: value.blob });
    case "ref":
      return JSON.stringify({ name: value.name, oid: value.oid });
    default: {
      const { kind: _, ...rest } = value;
      return JSON.stringify(rest);
    }
  }
}

/** Reads one; null for what is no such item: another program, or a later version, wrote it. */
export function readBody(space: string, item: ItemName, body: string): ItemValue | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  switch (item.kind) {
    case "node":
      return readNode(space, item.messageId, json);
    case "site": {
      const { data } = site.safeParse(json);
      if (!data) return null;
      const record = { ...data, id: item.deploymentId, conversationId: space, files: data.sources.length };
      return { kind: "site", record };
    }
    case "todos": {
      const { data } = todos.safeParse(json);
      return data ? { kind: "todos", messageId: item.messageId, ...data } : null;
    }
    case "setting": {
      const { data } = setting.safeParse(json);
      return data ? { kind: "setting", field: item.field, ...data } : null;
    }
    case "pack":
    case "ref":
    case "head": {
      const { data } = files[item.kind].safeParse(json);
      return data ? ({ ...item, ...data } as ItemValue) : null;
    }
    default: {
      const { data } = about[item.kind].safeParse(json);
      return data ? ({ kind: item.kind, ...data } as ItemValue) : null;
    }
  }
}

function readNode(space: string, id: string, json: unknown): ItemValue | null {
  const { data } = message.safeParse(json);
  if (!data || data.id !== id) return null;
  const parts = data.parts.flatMap((one) => {
    const read = part.safeParse(one);
    return read.success ? [read.data as Part] : [];
  });
  return { kind: "node", message: { ...data, parts, conversationId: space } as Message };
}
