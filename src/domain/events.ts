import type { ErrorValue } from "./errors.ts";
import type { Message, MessageStatus, ToolResult, Usage } from "./message.ts";

/**
 * What happens in one run, in order. `run-start` is first and carries both
 * messages as they begin; `run-end` is last. Times are milliseconds since 1970 UTC.
 */
export type RunEvent =
  | { type: "run-start"; user: Message | null; assistant: Message }
  | { type: "step-start"; model: string; at: number }
  /** The request went out; bytes of its body. */
  | { type: "request"; bytes: number }
  | { type: "first-token"; ms: number }
  | { type: "text"; delta: string }
  | { type: "reasoning"; delta: string }
  /** A call began to arrive; `arguments` follow. */
  | { type: "call"; callId: string; name: string }
  | { type: "arguments"; callId: string; delta: string }
  | { type: "step-end"; at: number; finish: string; usage?: Usage; replyBytes: number }
  | { type: "tool-start"; callId: string; at: number }
  | { type: "tool-output"; callId: string; chunk: string }
  | { type: "tool-end"; callId: string; at: number; result: ToolResult; snapshotId?: string }
  /** The step failed and begins again at `at`; what it had written is dropped. */
  | { type: "retry"; attempt: number; at: number; reason: ErrorValue }
  | {
      type: "run-end";
      at: number;
      status: Exclude<MessageStatus, "running">;
      error?: ErrorValue;
      snapshotId?: string;
    };
