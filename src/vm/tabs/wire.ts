import type { PortLike } from "../../domain/rpc.ts";
import type { TabChannel } from "../../ports/tabs.ts";
import type { TreeChange } from "../../domain/changes.ts";
import type { EngineView, SessionEvent } from "../api.ts";

/** What the leading tab tells all followers unasked. */
export type LeaderNotice =
  | { kind: "session"; event: SessionEvent; state: SessionSummary }
  | { kind: "changes"; changes: TreeChange[]; origin: string | null }
  | { kind: "history" }
  /** What a tool call that a follower asked for printed. */
  | { kind: "output"; key: string; chunk: string }
  | { kind: "progress"; key: string; done: number; total: number };

/** What a follower's session answers without asking. */
export interface SessionSummary {
  running: boolean;
  engine: EngineView;
}

/**
 * Messages of a conversation's channel. `leader` is said by a tab that begins
 * to lead; a `wire` is a message of a call or its answer, from one tab to one
 * other, or to all for a notice.
 */
export type TabMessage =
  | { type: "leader"; leader: string }
  /** Asked by a tab that begins to follow; the leader answers with `leader`. */
  | { type: "who"; from: string }
  | { type: "leaving"; leader: string }
  | { type: "wire"; from: string; to: string; wire: unknown };

export const ALL = "*";

export function channelName(conversationId: string): string {
  return `okcvm-session-${conversationId}`;
}

/** One end of a conversation between two tabs, on a channel that all share. */
export function portTo(channel: TabChannel, self: string, other: string): PortLike {
  return {
    postMessage: (wire) => channel.post({ type: "wire", from: self, to: other, wire } satisfies TabMessage),
    addEventListener: (_type, listener) => {
      channel.subscribe((value) => {
        const message = value as TabMessage;
        if (message.type !== "wire" || message.from !== other) return;
        if (message.to === self || message.to === ALL) listener({ data: message.wire });
      });
    },
  };
}
