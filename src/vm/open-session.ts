import type { Conversation } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { Sync } from "../ports/sync.ts";
import type { Tabs } from "../ports/tabs.ts";
import type { Workspace, Workspaces } from "../ports/workspace.ts";
import type { Session } from "./api.ts";
import { watchArrivals, type Arrivals } from "./arrivals.ts";
import { LiveSession, type SessionParts } from "./session.ts";
import type { FollowedSession } from "./tabs/followed-session.ts";
import { leadSession } from "./tabs/lead.ts";
import { channelName } from "./tabs/wire.ts";

export interface OpeningParts {
  workspaces: Workspaces;
  sync: Sync;
  conversations: Conversations;
  tabs: Tabs;
  /** What a session needs besides its conversation, made for one workspace. */
  partsFor(workspace: Workspace): Omit<SessionParts, "conversation" | "workspace" | "onClose">;
  conversation(id: string): Promise<Conversation>;
  report(error: unknown): void;
}

export interface Opening {
  takeOver: boolean;
  /** False to fail with `workspace-busy` when another tab holds the conversation. */
  follow: boolean;
  onClose(): void;
}

/** Opens a conversation in this tab, or follows the tab that has it open. */
export async function openSession(id: string, parts: OpeningParts, opening: Opening): Promise<Session> {
  try {
    const workspace = await parts.workspaces.open(id, { takeOver: opening.takeOver });
    return await openLive(id, workspace, { parts, onClose: opening.onClose });
  } catch (error) {
    const busy = error instanceof OkcvmError && error.code === "workspace-busy";
    if (!busy || !opening.follow) throw error;
    return follow(id, parts, opening.onClose);
  }
}

/** A session of this tab's own, which other tabs can follow. */
async function openLive(
  id: string,
  workspace: Workspace,
  { parts, onClose }: { parts: OpeningParts; onClose: () => void },
): Promise<LiveSession> {
  let endLead = (): void => {};
  let endSharing = (): void => {};
  const arrivals = watchArrivals(id, parts);
  try {
    const session = await LiveSession.open({
      ...parts.partsFor(workspace),
      conversation: await parts.conversation(id),
      workspace,
      onClose: () => {
        endLead();
        endSharing();
        onClose();
      },
    });
    endSharing = share(session, arrivals, parts);
    endLead = leadSession(session, parts.tabs.channel(channelName(id)), newId());
    return session;
  } catch (error) {
    arrivals.stop();
    await workspace.close();
    throw error;
  }
}

/** Keeps a session the same as on the account's other devices. Answers how to stop. */
function share(session: LiveSession, arrivals: Arrivals, { sync, report }: OpeningParts): () => void {
  const files = sync.shareFiles({
    conversationId: session.id,
    workspace: session.workspace,
    running: () => session.running,
    onMerged: (conflicts) => void session.takeIn([], null, [...conflicts]).catch(report),
  });
  arrivals.giveTo(session);
  const stops = [
    arrivals.stop,
    session.subscribe((event) => {
      if (event.type === "run" && event.event.type === "run-end") files.poke();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    void files.close().catch(report);
  };
}

async function follow(id: string, parts: OpeningParts, onClose: () => void): Promise<FollowedSession> {
  // Loaded when a second tab needs it: the first page has no need of it.
  const { FollowedSession } = await import("./tabs/followed-session.ts");
  const over = new AbortController();
  const session = new FollowedSession(id, parts.tabs.channel(channelName(id)), () => {
    over.abort();
    onClose();
  });
  void takeTurn(id, session, { parts, onClose, signal: over.signal }).catch((error: unknown) => {
    if (!over.signal.aborted) parts.report(error);
  });
  return session;
}

/** Waits until the conversation is free and then holds it for the session that followed. */
async function takeTurn(
  id: string,
  session: FollowedSession,
  { parts, onClose, signal }: { parts: OpeningParts; onClose: () => void; signal: AbortSignal },
): Promise<void> {
  const workspace = await parts.workspaces.open(id, { wait: signal });
  if (signal.aborted) return workspace.close();
  session.lead(await openLive(id, workspace, { parts, onClose }));
}
