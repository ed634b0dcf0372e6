import { newId } from "../domain/ids.ts";
import { toErrorValue } from "../domain/errors.ts";
import type { ToolCallPart, Message } from "../domain/message.ts";
import type { TreeChange } from "../domain/changes.ts";
import { toAbsolutePath } from "../domain/paths.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { Workspace } from "../ports/workspace.ts";
import { callSummary } from "./call-summary.ts";

/** What a person changed by hand is kept as a snapshot after this long without a further change. Milliseconds. */
const QUIET_MS = 20_000;

/** The branch a conversation's workspace begins on. */
export const FIRST_BRANCH = "main";

export interface SessionFilesParts {
  conversationId: string;
  workspace: Workspace;
  conversations: Conversations;
  clock: Clock;
  /** Absolute paths the agent has read; those that are gone are taken out. */
  reads: Set<string>;
  running(): boolean;
  report(error: unknown): void;
}

/** When a session's files are kept as snapshots, and which branch they are on. */
export class SessionFiles {
  readonly #parts: SessionFilesParts;
  readonly #over = new AbortController();
  readonly #unsubscribe: () => void;
  #quiet: AbortController | null = null;

  constructor(parts: SessionFilesParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.workspace.subscribe((changes) => this.#onChanges(changes));
  }

  /** Keeps the files as they are when a message is sent. Answers the snapshot's id. */
  async beforeRun(): Promise<string> {
    const { workspace } = this.#parts;
    const made = await workspace.snapshotIfChanged("Your edits", { kind: "edits" });
    const newest = made ?? (await workspace.snapshots(1))[0];
    // The first moment of a conversation: what undoing the first reply goes back to.
    return (newest ?? (await workspace.snapshot("Start", { kind: "start" }))).id;
  }

  /** Keeps what a call changed. Answers the snapshot's id, or undefined when no file changed. */
  async afterCall(label: string, call: ToolCallPart, messageId: string): Promise<string | undefined> {
    const about = { kind: "reply" as const, detail: callSummary(call), messageId };
    return (await this.#parts.workspace.snapshotIfChanged(label, about))?.id;
  }

  /** Keeps what is not yet kept at the end of a reply. Answers the newest snapshot's id. */
  async afterRun(label: string, messageId: string): Promise<string | undefined> {
    const { workspace } = this.#parts;
    const made = await workspace.snapshotIfChanged(label, { kind: "reply", messageId });
    return (made ?? (await workspace.snapshots(1))[0])?.id;
  }

  /** Begins a branch with the files as a message found them. Answers it and the one it left, or null for a message of before there were snapshots. */
  async branchOff(message: Message): Promise<{ name: string; left: string } | null> {
    if (message.snapshotId === undefined) return null;
    const branches = await this.#parts.workspace.branches();
    const names = branches.map((branch) => branch.name);
    // Another device may begin one at the same time: the two must not get one name.
    const name = `branch-${names.length + 1}-${newId().slice(0, 6)}`;
    await this.#parts.workspace.switchBranch(name, { from: message.snapshotId });
    return { name, left: branches.find((branch) => branch.current)?.name ?? FIRST_BRANCH };
  }

  /** Brings the files of a conversation branch into the workspace; its messages are given first to last. */
  async follow(messages: readonly Message[]): Promise<void> {
    const wanted = messages.findLast((message) => message.branch !== undefined)?.branch ?? FIRST_BRANCH;
    const branches = await this.#parts.workspace.branches();
    const found = branches.find((branch) => branch.name === wanted);
    if (found && !found.current) await this.#parts.workspace.switchBranch(wanted);
  }

  close(): void {
    this.#unsubscribe();
    this.#over.abort();
    this.#quiet?.abort();
  }

  #onChanges(changes: readonly TreeChange[]): void {
    void this.#forgetReads(changes).catch(this.#parts.report);
    if (!this.#parts.running()) void this.#keepWhenQuiet();
  }

  async #keepWhenQuiet(): Promise<void> {
    this.#quiet?.abort();
    const quiet = new AbortController();
    this.#quiet = quiet;
    try {
      await this.#parts.clock.sleep(QUIET_MS, quiet.signal);
      if (!this.#parts.running() && !this.#over.signal.aborted)
        await this.#parts.workspace.snapshotIfChanged("Your edits", { kind: "edits" });
    } catch (error) {
      // Another change came, or the session ended. The files are durable either way.
      const { code } = toErrorValue(error);
      if (code !== "aborted" && code !== "workspace-busy") this.#parts.report(error);
    }
  }

  /** A file that is gone, or another in its place, has not been read. */
  async #forgetReads(changes: readonly TreeChange[]): Promise<void> {
    const { reads, workspace, conversations, conversationId } = this.#parts;
    const gone = changes.flatMap((change) => {
      if (change.kind === "remove") return [change.path];
      return change.kind === "rename" ? [change.path, change.to] : [];
    });
    if (gone.length === 0 || reads.size === 0) return;
    const roots = gone.map((path) => toAbsolutePath(workspace.root, path));
    const forgotten = [...reads].filter((path) =>
      roots.some((root) => path === root || path.startsWith(`${root}/`)),
    );
    for (const path of forgotten) reads.delete(path);
    if (forgotten.length > 0) await conversations.forgetReadPaths(conversationId, forgotten);
  }
}
