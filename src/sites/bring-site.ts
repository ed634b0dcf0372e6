import type { DeploymentRecord } from "../domain/deployment.ts";
import { OkcvmError, toErrorValue } from "../domain/errors.ts";
import { contentTypeOf } from "../domain/media-types.ts";
import { toAbsolutePath } from "../domain/paths.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { SiteFileRow } from "./database.ts";

/** The files of a site that was made in another browser, of the history they share. Errors: `not-found` for one that is not there. */
export async function filesFromHistory(
  { id: deploymentId, snapshotId, sources }: DeploymentRecord,
  workspace: Workspace,
): Promise<(SiteFileRow & { body: Blob })[]> {
  const rows: (SiteFileRow & { body: Blob })[] = [];
  for (const { path, from } of sources) {
    const at = toAbsolutePath(workspace.root, from);
    const body = await workspace.readAt(snapshotId, at).catch((error: unknown) => {
      if (toErrorValue(error).code !== "not-found") throw error;
      throw new OkcvmError(
        "not-found",
        `This site was made in another browser, and ${from} is not here: its files may be on their way, or the history leaves them out. Deploy it again to see it here.`,
        error,
      );
    });
    rows.push({ deploymentId, path, contentType: contentTypeOf(path), body });
  }
  return rows;
}
