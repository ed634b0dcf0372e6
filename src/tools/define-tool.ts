import type { ToolResult } from "../domain/message.ts";
import type { Todo } from "../domain/todo.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";
import type { Python } from "../ports/python.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Workspace } from "../ports/workspace.ts";

/** What a tool may use while it runs. */
export interface ToolContext {
  conversationId: string;
  workspace: Workspace;
  sandbox: Sandbox;
  python: Python;
  publisher: Publisher;
  /** The plan of the branch in view. */
  todos: { read(): Promise<Todo[]>; write(todos: Todo[]): Promise<void> };
  /** Which files the agent has read in this conversation, by absolute path. */
  reads: { has(path: string): boolean; add(path: string): Promise<void> };
  /** Runs what reads a file and then writes it one after the other, so that parallel calls lose nothing. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
  signal: AbortSignal;
  /** Output shown while the tool runs; the result still holds all of it. */
  emit(chunk: string): void;
}

/** A tool the agent can call. `Args` is what its schema describes, after checking. */
export interface Tool<Args = unknown> {
  name: string;
  /** Left out for tools of the contract: theirs is in spec/tools.json. */
  spec?: ToolSpec;
  /** Throws OkcvmError for a failure the model should read; the registry turns it into a result. */
  execute(args: Args, context: ToolContext): Promise<ToolResult>;
}

/** Keeps a tool's argument type while it is written; the registry checks arguments before `execute` sees them. */
export function defineTool<Args>(tool: Tool<Args>): Tool<Args> {
  return tool;
}

/** A good result. */
export function okResult(
  output: string,
  extra: Omit<ToolResult, "ok" | "output" | "error"> = {},
): ToolResult {
  return { ok: true, output, ...extra };
}
