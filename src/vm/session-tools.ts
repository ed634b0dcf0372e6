import type { ToolResult } from "../domain/message.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { ToolContext } from "../tools/define-tool.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { makeToolContext, type ToolContextParts } from "./tool-context.ts";

type Shared = Omit<ToolContextParts, "messageId" | "signal" | "emit" | "inTurn">;

/** Runs a session's tools. */
export class SessionTools {
  readonly #parts: Shared & { registry: ToolRegistry };
  readonly #changing = new TaskQueue();

  constructor(parts: Shared & { registry: ToolRegistry }) {
    this.#parts = parts;
  }

  /** Runs one call for a message. Never throws: a failure is a result. */
  run(
    name: string,
    args: unknown,
    at: { messageId: string | null } & Pick<ToolContext, "signal" | "emit">,
  ): Promise<ToolResult> {
    const { registry, workspace, sandbox, python, publisher, conversations, conversationId, reads } =
      this.#parts;
    const context = makeToolContext({
      conversationId,
      workspace,
      conversations,
      sandbox,
      python,
      publisher,
      reads,
      ...at,
      inTurn: (task) => this.#changing.run(task),
    });
    return registry.run(name, args, context);
  }
}
