import type { Deployment, DeploymentRecord } from "../domain/deployment.ts";
import type { ServerInfo } from "../domain/server-info.ts";

/** A site that was made in another browser, as it is served here. */
export function deploymentOf(record: DeploymentRecord, server: ServerInfo): Deployment {
  const { snapshotId: _, sources: __, ...rest } = record;
  return { ...rest, url: `${originOf(server, rest.id)}/` };
}

/** The origin of a site. */
export function originOf(info: ServerInfo, id: string): string {
  return `${new URL(info.appOrigin).protocol}//${id}.${info.sitesHost}`;
}
