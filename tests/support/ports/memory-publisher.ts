import type { Deployment } from "../../../src/domain/deployment.ts";
import { OkcvmError, throwIfAborted } from "../../../src/domain/errors.ts";
import { newId } from "../../../src/domain/ids.ts";
import { baseName } from "../../../src/domain/paths.ts";
import type { Publisher } from "../../../src/ports/publisher.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";

/** Sites in memory: each deploy copies the folder's bytes, so later changes do not show. */
export class MemoryPublisher implements Publisher {
  readonly faults = new Map<keyof Publisher, Error>();
  readonly destroyed: string[] = [];
  readonly #sites = new Map<string, { deployment: Deployment; files: Map<string, Uint8Array> }>();
  readonly #listeners = new Set<(deployment: Deployment) => void>();

  async deploy(
    workspace: Workspace,
    conversationId: string,
    folder: string,
    signal?: AbortSignal,
  ): Promise<Deployment> {
    throwIfAborted(signal);
    const entry = await workspace.stat(folder);
    if (!entry) throw new OkcvmError("not-found", `${folder} does not exist.`);
    if (entry.kind !== "directory") throw new OkcvmError("not-directory", `${folder} is not a folder.`);
    const files = new Map<string, Uint8Array>();
    for (const one of await workspace.list(folder, { recursive: true })) {
      if (one.kind === "symlink") throw new OkcvmError("outside-workspace", `${one.path} is a symlink.`);
      if (one.kind === "file")
        files.set(one.path.slice(entry.path.length + 1), await workspace.readBytes(one.path));
    }
    if (!files.has("index.html")) throw new OkcvmError("not-found", `${folder} has no index.html.`);
    const id = newId().slice(0, 12);
    const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
    const deployment: Deployment = {
      id,
      conversationId,
      url: `http://${id}.sites.test/`,
      source: folder,
      title: baseName(folder),
      createdAt: this.#sites.size,
      files: files.size,
      bytes,
    };
    this.#sites.set(id, { deployment, files });
    for (const listener of this.#listeners) listener(deployment);
    return deployment;
  }

  async list(conversationId: string): Promise<Deployment[]> {
    return [...this.#sites.values()]
      .map((site) => site.deployment)
      .filter((one) => one.conversationId === conversationId)
      .toSorted((a, b) => b.createdAt - a.createdAt);
  }

  async ensureServed(deploymentId: string): Promise<Deployment> {
    const site = this.#sites.get(deploymentId);
    if (!site) throw new OkcvmError("not-found", "That site is not kept in this browser.");
    return site.deployment;
  }

  subscribe(listener: (deployment: Deployment) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async destroy(conversationId: string): Promise<void> {
    const fault = this.faults.get("destroy");
    if (fault) throw fault;
    this.destroyed.push(conversationId);
    for (const [id, site] of this.#sites)
      if (site.deployment.conversationId === conversationId) this.#sites.delete(id);
  }

  /** A file as the site serves it, for tests. */
  served(deploymentId: string, path: string): string | undefined {
    const bytes = this.#sites.get(deploymentId)?.files.get(path);
    return bytes && new TextDecoder().decode(bytes);
  }
}
