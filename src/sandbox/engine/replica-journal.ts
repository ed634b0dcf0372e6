import type { Change } from "../../domain/changes.ts";
import { newId } from "../../domain/ids.ts";
import { TaskQueue } from "../../domain/queue.ts";
import type { Workspace } from "../../ports/workspace.ts";

/** A replica's changes on their way into the workspace, one journal after another. */
export class ReplicaJournal {
  /** The workspace's notices of these changes carry it. */
  readonly origin = newId();
  readonly #workspace: Workspace;
  readonly #queue = new TaskQueue();
  #broken: unknown = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Resolves when they are durable. After changes that could not be kept no later ones are. */
  keep(changes: Change[]): Promise<void> {
    return this.#queue.run(async () => {
      // Of "copy it, then remove the old one" only the removal would last.
      if (this.#broken !== null) throw this.#broken;
      try {
        await this.#workspace.apply({ origin: this.origin, changes });
      } catch (error) {
        this.#broken = error;
        throw error;
      }
    });
  }

  /** A file's content, in turn with the changes: the path is the one the file has after them. */
  content(path: string): Promise<Uint8Array> {
    return this.#queue.run(() => this.#workspace.readBytes(path));
  }

  /** Resolves when nothing is on its way. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }
}
