import type { TreeChange } from "../../../src/domain/changes.ts";
import { TaskQueue } from "../../../src/domain/queue.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../../../src/ports/sandbox.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { ReplicaFs } from "../../../src/sandbox/embedded/replica-fs.ts";
import { runShell } from "../../../src/sandbox/embedded/shell.ts";
import { EngineStatus } from "../../../src/sandbox/engine/engine-status.ts";
import { JournalSender } from "../../../src/sandbox/engine/journal-sender.ts";
import { ReplicaJournal } from "../../../src/sandbox/engine/replica-journal.ts";

interface Replica {
  fs: ReplicaFs;
  sender: JournalSender;
  dispose(): void;
}

/**
 * The shell on a replica in this very thread: no Worker and no frame, so it
 * starts at once, and a command that never looks up cannot be ended.
 */
export class MemorySandbox implements Sandbox {
  readonly name = "Memory shell";
  readonly servers = [];
  readonly #workspace: Workspace;
  readonly #status = new EngineStatus();
  readonly #turns = new TaskQueue();
  #replica: Replica | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  get state(): EngineState {
    return this.#status.state;
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    return this.#status.subscribe(listener);
  }

  warm(): void {}

  shell(request: ShellRequest): Promise<ShellResult> {
    return this.#turns.run(() => this.#run(request));
  }

  async close(): Promise<void> {
    this.#drop();
    this.#status.set("absent");
  }

  async #run({ command, timeoutMs, cwd, env = {}, signal, onOutput }: ShellRequest): Promise<ShellResult> {
    if (signal?.aborted) return { stdout: "", stderr: "", exitCode: 130, ended: "aborted" };
    const { fs, sender } = (this.#replica ??= await this.#seed());
    this.#status.set("running");
    try {
      const result = await runShell(
        fs,
        { command, cwd: cwd ?? this.#workspace.root, env, timeoutMs },
        { output: (chunk, stream) => onOutput?.(chunk, stream), statementEnd: () => sender.flush() },
      );
      await sender.settle();
      this.#status.set("ready");
      return result;
    } catch (error) {
      this.#drop();
      this.#status.set("failed");
      throw error;
    }
  }

  async #seed(): Promise<Replica> {
    const workspace = this.#workspace;
    const journal = new ReplicaJournal(workspace);
    const sender = new JournalSender((changes) => journal.keep(changes));
    const fs = new ReplicaFs({
      root: workspace.root,
      loadContent(path) {
        sender.flush();
        return journal.content(path);
      },
      onChange: (change) => sender.add(change),
    });
    fs.seed(await workspace.list("", { recursive: true }));
    const dispose = workspace.subscribe((changes: TreeChange[], from) => {
      if (from !== journal.origin) fs.applyRemote(changes);
    });
    return { fs, sender, dispose };
  }

  #drop(): void {
    this.#replica?.dispose();
    this.#replica = null;
  }
}
