import { LEGACY_ROOT } from "../../domain/ids.ts";

/** The workspace path of a path that may be absolute. */
export function innerPath(root: string, path: string): string {
  if (path === root || path === LEGACY_ROOT) return "";
  const above = [root, LEGACY_ROOT].find((one) => path.startsWith(`${one}/`));
  return above === undefined ? path : path.slice(above.length + 1);
}

/** The path of a name in a folder; the folder may be the root `""`. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Whether a path is another, or lies below it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
