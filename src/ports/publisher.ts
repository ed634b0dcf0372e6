import type { Deployment, DeploymentRecord } from "../domain/deployment.ts";
import type { Workspace } from "./workspace.ts";

export interface Publisher {
  /**
   * Copies a workspace folder to a new site and answers when it is served.
   * Errors: `not-found` (no folder, or no index.html directly in it),
   * `not-directory`, `outside-workspace` (a symlink that leaves the folder),
   * `too-large`, `unreachable` (offline and no spare site origin is left).
   */
  deploy(
    workspace: Workspace,
    conversationId: string,
    folder: string,
    signal?: AbortSignal,
  ): Promise<Deployment>;
  /** Newest first. */
  list(conversationId: string): Promise<Deployment[]>;
  /**
   * Makes sure this browser serves the site, giving its origin the files again
   * when it lost them. One that was made in another browser is made again of the
   * workspace's history. Errors: `not-found` for one that is unknown, or whose
   * files are not here or not in the history, `unreachable`.
   */
  ensureServed(deploymentId: string, workspace: Workspace): Promise<Deployment>;
  /** Called after a deploy. */
  subscribe(listener: (deployment: Deployment) => void): () => void;
  /** Deletes the sites of a conversation for good. */
  destroy(conversationId: string): Promise<void>;
}

/** What is told of published sites to an account's other browsers. */
export interface DeploymentRecords {
  add(record: DeploymentRecord): Promise<void>;
  list(conversationId: string): Promise<DeploymentRecord[]>;
  get(id: string): Promise<DeploymentRecord | null>;
}
