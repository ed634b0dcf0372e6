import type { Deployment } from "../domain/deployment.ts";
import { OkcvmError } from "../domain/errors.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { SiteFileRow } from "./database.ts";
import { deploymentOf } from "./deployment-of.ts";
import type { PublisherParts, SiteMaker } from "./site-maker.ts";

/** Publishes sites to origins of their own, served by their service workers from this browser's copy. */
export class BrowserPublisher implements Publisher {
  readonly #parts: PublisherParts;
  readonly #listeners = new Set<(deployment: Deployment) => void>();
  #loading: Promise<SiteMaker> | null = null;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  deploy: Publisher["deploy"] = async (workspace, conversationId, folder, signal) => {
    const maker = await this.#maker();
    const deployment = await maker.deploy(workspace, conversationId, folder, signal);
    for (const listener of this.#listeners) listener(deployment);
    return deployment;
  };

  async list(conversationId: string): Promise<Deployment[]> {
    const { db, records, info } = this.#parts;
    const here = await db.deployments.where({ conversationId }).toArray();
    const known = new Set(here.map(({ id }) => id));
    const elsewhere = (await records.list(conversationId)).filter(({ id }) => !known.has(id));
    const server = elsewhere.length > 0 ? await info() : null;
    const found = server ? [...here, ...elsewhere.map((record) => deploymentOf(record, server))] : here;
    return found.toSorted((a, b) => b.createdAt - a.createdAt);
  }

  ensureServed: Publisher["ensureServed"] = async (deploymentId, workspace) =>
    (await this.#maker()).ensureServed(deploymentId, workspace);

  /** The files of a site that was published here. Errors: `not-found`. */
  async files(deploymentId: string): Promise<Pick<SiteFileRow, "path" | "body">[]> {
    const rows = await this.#parts.db.files.where({ deploymentId }).toArray();
    if (rows.length > 0) return rows;
    throw new OkcvmError(
      "not-found",
      "This browser does not keep that site's files: it was made in another one.",
    );
  }

  subscribe(listener: (deployment: Deployment) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async destroy(conversationId: string): Promise<void> {
    const { db } = this.#parts;
    await db.transaction("rw", [db.deployments, db.files], async () => {
      const ids = await db.deployments.where({ conversationId }).primaryKeys();
      for (const id of ids) await db.files.where({ deploymentId: id }).delete();
      await db.deployments.bulkDelete(ids);
    });
  }

  /** Registers site origins ahead of need while the server can be reached. Offline it does nothing. */
  async fillSpares(): Promise<void> {
    await (await this.#maker()).fillSpares();
  }

  /** Apart from what a page needs before anyone publishes. */
  #maker(): Promise<SiteMaker> {
    this.#loading ??= import("./site-maker.ts").then(
      ({ SiteMaker: Maker }) => new Maker(this.#parts),
      (error: unknown) => {
        // The next who wants it tries again.
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }
}
