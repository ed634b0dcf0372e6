import { Dexie, type EntityTable, type Table } from "dexie";

import type { Deployment } from "../domain/deployment.ts";

export interface SiteFileRow {
  deploymentId: string;
  path: string;
  contentType: string;
  /** A Blob, which browsers hold on disk; bytes where a browser keeps no Blobs, as WebKit in a private window. */
  body: Blob | Uint8Array<ArrayBuffer>;
}

/** A site origin whose service worker this browser has registered, waiting for a site. */
export interface SpareRow {
  id: string;
  sitesHost: string;
}

/** The app's own copy of every site it published, and the spare site origins. */
export class SitesDatabase extends Dexie {
  deployments!: EntityTable<Deployment, "id">;
  files!: Table<SiteFileRow, [string, string]>;
  spares!: EntityTable<SpareRow, "id">;

  constructor(name = "okcvm-sites") {
    super(name, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      deployments: "id, conversationId",
      files: "[deploymentId+path], deploymentId",
      spares: "id",
    });
  }
}
