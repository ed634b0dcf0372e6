import type { TreeChange } from "../../../domain/changes.ts";
import { isAtOrBelow } from "../inner-path.ts";

/** Whether a change may be of what lies at a path: of itself, or of a folder above it. */
export function touches(change: TreeChange, path: string): boolean {
  return isAtOrBelow(path, change.path) || (change.kind === "rename" && isAtOrBelow(path, change.to));
}

/**
 * Where what lay at a path is after changes. A program that saves by moving the
 * old file away and writing the new one in its place means the place, not the
 * old file.
 */
export function followPath(changes: readonly TreeChange[], path: string): string {
  let at = path;
  for (const change of changes) {
    if (change.kind === "rename" && isAtOrBelow(at, change.path))
      at = change.to + at.slice(change.path.length);
    else if (at !== path && change.kind !== "remove" && change.kind !== "chmod" && change.path === path)
      at = path;
    if (change.kind === "rename" && change.to === path) at = path;
  }
  return at;
}
