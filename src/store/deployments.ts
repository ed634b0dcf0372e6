import type { DeploymentRecord } from "../domain/deployment.ts";
import type { DeploymentRecords } from "../ports/publisher.ts";
import type { AppDatabase } from "./database.ts";
import type { Outbox } from "./outbox.ts";

/** Records of published sites, which follow the conversation into other browsers. */
export class DexieDeployments implements DeploymentRecords {
  readonly #db: AppDatabase;
  readonly #outbox: Outbox;

  constructor(db: AppDatabase, outbox: Outbox) {
    this.#db = db;
    this.#outbox = outbox;
  }

  async add(record: DeploymentRecord): Promise<void> {
    const { deployments } = this.#db;
    await this.#db.transaction("rw", [deployments, ...this.#outbox.tables], async () => {
      await deployments.put(record);
      await this.#outbox.note(record.conversationId, [{ kind: "site", deploymentId: record.id }]);
    });
    this.#outbox.announce();
  }

  list(conversationId: string): Promise<DeploymentRecord[]> {
    return this.#db.deployments.where({ conversationId }).toArray();
  }

  async get(id: string): Promise<DeploymentRecord | null> {
    return (await this.#db.deployments.get(id)) ?? null;
  }
}
