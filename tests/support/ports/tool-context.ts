import { TaskQueue } from "../../../src/domain/queue.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { ToolResult } from "../../../src/domain/message.ts";
import type { Todo } from "../../../src/domain/todo.ts";
import type { ToolSpec } from "../../../src/domain/tool-spec.ts";
import { builtInTools } from "../../../src/tools/catalog.ts";
import type { ToolContext } from "../../../src/tools/define-tool.ts";
import { ToolRegistry } from "../../../src/tools/registry.ts";
import { FakePython } from "./fake-python.ts";
import { FakeSandbox } from "./fake-sandbox.ts";
import { MemoryPublisher } from "./memory-publisher.ts";
import { memoryWorkspace } from "./memory-workspace.ts";

const SPEC_FILE = fileURLToPath(new URL("../../../spec/tools.json", import.meta.url));

/** The tools as shipped in spec/tools.json. */
export const SHIPPED_SPECS = (JSON.parse(readFileSync(SPEC_FILE, "utf8")) as { tools: ToolSpec[] }).tools;

/** The tools that are built, as the app finds them. */
export const BUILT_TOOLS = builtInTools();

/** A registry of the shipped tools on memory ports. */
export class ToolBench {
  readonly #changing = new TaskQueue();
  readonly registry = new ToolRegistry(SHIPPED_SPECS, BUILT_TOOLS);
  readonly workspace = memoryWorkspace();
  readonly sandbox = new FakeSandbox();
  readonly python = new FakePython();
  readonly publisher = new MemoryPublisher();
  readonly reads = new Set<string>();
  readonly emitted: string[] = [];
  readonly abort = new AbortController();
  todos: Todo[] = [];

  get context(): ToolContext {
    return {
      conversationId: "12345678aaaaaaaaaaaaaaaaaaaaaaaa",
      workspace: this.workspace,
      sandbox: this.sandbox,
      python: this.python,
      publisher: this.publisher,
      inTurn: (task) => this.#changing.run(task),
      signal: this.abort.signal,
      emit: (chunk) => this.emitted.push(chunk),
      todos: {
        read: async () => this.todos,
        write: async (todos) => {
          this.todos = todos;
        },
      },
      reads: {
        has: (path) => this.reads.has(path),
        add: async (path) => {
          this.reads.add(path);
        },
      },
    };
  }

  /** Runs a contract tool by its name without the prefix. */
  run(name: string, args: unknown): Promise<ToolResult> {
    return this.registry.run(`mshtools-${name}`, args, this.context);
  }
}
