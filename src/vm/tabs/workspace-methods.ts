import type { Workspace } from "../../ports/workspace.ts";

/** Methods of a workspace that a follower asks its leader for. */
export const WORKSPACE_METHODS = [
  "list",
  "stat",
  "readText",
  "readBytes",
  "readBlob",
  "write",
  "mkdir",
  "remove",
  "rename",
  "symlink",
  "apply",
  "snapshot",
  "snapshotIfChanged",
  "snapshots",
  "restore",
  "diff",
  "readAt",
  "branches",
  "switchBranch",
  "exportZip",
  "exportGit",
  "importZip",
  "importGit",
  "pushGit",
  "search",
  "usage",
] as const satisfies readonly (keyof Workspace)[];

export type WorkspaceMethod = (typeof WORKSPACE_METHODS)[number];

/** Methods of a session that a follower asks its leader for, with arguments as they are. */
export const SESSION_METHODS = [
  "messages",
  "siblings",
  "select",
  "deployments",
  "ensureServed",
  "stop",
] as const;

/**
 * What can be asked again when the leader was gone before it answered: what
 * only reads, and what comes to the same when it is done twice.
 */
export const REPEATABLE: ReadonlySet<string> = new Set([
  "list",
  "stat",
  "readText",
  "readBytes",
  "readBlob",
  "write",
  "mkdir",
  "snapshots",
  "diff",
  "readAt",
  "branches",
  "exportZip",
  "exportGit",
  "search",
  "usage",
  "messages",
  "siblings",
  "select",
  "deployments",
  "ensureServed",
  "stop",
]);
