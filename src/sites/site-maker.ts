import { bytesOf } from "../domain/blob-bytes.ts";
import type { Deployment, DeploymentRecord } from "../domain/deployment.ts";
import { OkcvmError, throwIfAborted } from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import { contentTypeOf } from "../domain/media-types.ts";
import { baseName } from "../domain/paths.ts";
import type { ServerInfo } from "../domain/server-info.ts";
import type { DeploymentRecords } from "../ports/publisher.ts";
import type { Workspace } from "../ports/workspace.ts";
import { collectSite, type SiteSource } from "./collect-site.ts";
import type { SiteFileRow, SitesDatabase } from "./database.ts";
import { filesFromHistory } from "./bring-site.ts";
import { deploymentOf, originOf } from "./deployment-of.ts";
import { connectSite, type SiteBridge } from "./site-origin.ts";

/** Site origins kept registered, so that a site made offline has one. */
const SPARES = 3;

export interface PublisherParts {
  db: SitesDatabase;
  /** null when the server has never been reached from this browser. */
  info: () => Promise<ServerInfo | null>;
  /** What other browsers are told. */
  records: DeploymentRecords;
}

/** Makes sites, and gives their origins what they serve. Loaded when there is one to make or to show. */
export class SiteMaker {
  readonly #parts: PublisherParts;
  #filling: Promise<void> | null = null;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  async deploy(
    workspace: Workspace,
    conversationId: string,
    folder: string,
    signal?: AbortSignal,
  ): Promise<Deployment> {
    const snapshotId = await keptState(workspace);
    const sources = await collectSite(workspace, folder, signal);
    const { id, origin, bridge } = await this.#takeOrigin();
    try {
      const rows = await readFiles(workspace, id, sources, signal);
      const deployment: Deployment = {
        id,
        conversationId,
        url: `${origin}/`,
        source: folder,
        title: await titleOf(rows, folder),
        createdAt: Date.now(),
        files: rows.length,
        bytes: sources.reduce((sum, source) => sum + source.size, 0),
      };
      await this.#store(deployment, rows);
      await feed(bridge, id, rows);
      if (snapshotId !== null)
        await this.#parts.records.add(recordOf(deployment, { snapshotId, root: workspace.root }, sources));
      return deployment;
    } finally {
      bridge.close();
      void this.fillSpares();
    }
  }

  async ensureServed(deploymentId: string, workspace: Workspace): Promise<Deployment> {
    const kept = await this.#parts.db.deployments.get(deploymentId);
    const deployment = kept ?? (await this.#bringHere(deploymentId, workspace));
    const bridge = await connectSite(new URL(deployment.url).origin);
    try {
      if ((await bridge.held()) !== deploymentId) {
        await feed(bridge, deploymentId, await this.#parts.db.files.where({ deploymentId }).toArray());
      }
    } finally {
      bridge.close();
    }
    return deployment;
  }

  /** Registers site origins ahead of need while the server can be reached. Offline it does nothing. */
  fillSpares(): Promise<void> {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  async #fill(): Promise<void> {
    const info = await this.#parts.info();
    if (!info) return;
    const { spares } = this.#parts.db;
    while ((await spares.filter((spare) => spare.sitesHost === info.sitesHost).count()) < SPARES) {
      const id = newSiteId();
      try {
        (await connectSite(originOf(info, id))).close();
      } catch {
        // Offline or not allowed here: a deploy says so when it matters.
        return;
      }
      await spares.add({ id, sitesHost: info.sitesHost });
    }
  }

  async #takeOrigin(): Promise<{ id: string; origin: string; bridge: SiteBridge }> {
    const info = await this.#parts.info();
    if (!info) throw neverReached();
    for (;;) {
      const id = (await this.#takeSpare(info.sitesHost)) ?? newSiteId();
      const origin = originOf(info, id);
      try {
        return { id, origin, bridge: await connectSite(origin) };
      } catch (error) {
        // A spare the browser has forgotten is dropped and the next one tried; a new origin needs the server.
        if ((await this.#parts.db.spares.count()) === 0) throw error;
      }
    }
  }

  async #takeSpare(sitesHost: string): Promise<string | null> {
    const { db } = this.#parts;
    return db.transaction("rw", db.spares, async () => {
      const spare = await db.spares.filter((row) => row.sitesHost === sitesHost).first();
      if (!spare) {
        await db.spares.clear();
        return null;
      }
      await db.spares.delete(spare.id);
      return spare.id;
    });
  }

  /** Makes a site of another browser again, of the history they share. */
  async #bringHere(deploymentId: string, workspace: Workspace): Promise<Deployment> {
    const { records, info } = this.#parts;
    const record = await records.get(deploymentId);
    if (!record) throw new OkcvmError("not-found", "That site is not kept in this browser.");
    const server = await info();
    if (!server) throw neverReached();
    const rows = await filesFromHistory(record, workspace);
    const deployment = deploymentOf(record, server);
    await this.#store(deployment, rows);
    return deployment;
  }

  async #store(deployment: Deployment, files: SiteFile[]): Promise<void> {
    try {
      await this.#keep(deployment, files);
    } catch {
      // A browser that keeps no Blobs keeps bytes. What failed for another reason fails again, and is told then.
      await this.#keep(deployment, await withBytes(files));
    }
  }

  async #keep(deployment: Deployment, rows: SiteFileRow[]): Promise<void> {
    const { db } = this.#parts;
    await db.transaction("rw", [db.deployments, db.files], async () => {
      await db.files.bulkAdd(rows);
      await db.deployments.add(deployment);
    });
  }
}

function neverReached(): OkcvmError {
  return new OkcvmError(
    "unreachable",
    "The server was never reached from this browser, so a site has no address. Connect once, then deploy again.",
  );
}

/** The snapshot that is as the files are now; null where nothing was ever kept. */
async function keptState(workspace: Workspace): Promise<string | null> {
  const made = await workspace.snapshotIfChanged("Before publishing", { kind: "edits" });
  return made?.id ?? (await workspace.snapshots(1))[0]?.id ?? null;
}

function recordOf(
  deployment: Deployment,
  { snapshotId, root }: { snapshotId: string; root: string },
  sources: readonly SiteSource[],
): DeploymentRecord {
  const { url: _, ...rest } = deployment;
  return {
    ...rest,
    snapshotId,
    sources: sources.map(({ path, from }) => ({ path, from: from.slice(root.length + 1) })),
  };
}

/** A site's file on its way to its origin. */
type SiteFile = SiteFileRow & { body: Blob };

async function withBytes(files: SiteFile[]): Promise<SiteFileRow[]> {
  const rows: SiteFileRow[] = [];
  for (const file of files) rows.push({ ...file, body: await bytesOf(file.body) });
  return rows;
}

async function readFiles(
  workspace: Workspace,
  deploymentId: string,
  sources: SiteSource[],
  signal: AbortSignal | undefined,
): Promise<SiteFile[]> {
  const rows: SiteFile[] = [];
  for (const source of sources) {
    throwIfAborted(signal);
    const body = await workspace.readBlob(source.from);
    rows.push({ deploymentId, path: source.path, contentType: contentTypeOf(source.path), body });
  }
  return rows;
}

async function feed(bridge: SiteBridge, id: string, rows: SiteFileRow[]): Promise<void> {
  for (const { path, contentType, body } of rows) {
    await bridge.put(path, contentType, await bytesOf(body));
  }
  await bridge.finish(id);
}

async function titleOf(rows: SiteFile[], folder: string): Promise<string> {
  const index = rows.find((row) => row.path === "index.html");
  const page = new DOMParser().parseFromString((await index?.body.text()) ?? "", "text/html");
  return page.title.trim() || baseName(folder);
}

/** A DNS label no one else has: 80 random bits. */
function newSiteId(): string {
  return newId().slice(0, 20);
}
