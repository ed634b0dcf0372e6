import { IMPORT_NAMES } from "./import-names.ts";
import { packagesForImports, type LockedPackage, type PackageLock } from "./lock.ts";

/** What a cell needs that imports modules which are not there. */
export interface NeededForImports {
  /** Pyodide's builds, each after what it needs. */
  locked: LockedPackage[];
  /** Names of packages of the index, to be resolved. */
  fromIndex: string[];
}

/**
 * @param modules dotted names that cannot be imported yet.
 * @param loaded names of packages that are there.
 */
export function neededForImports(
  modules: readonly string[],
  lock: PackageLock,
  loaded: Iterable<string>,
): NeededForImports {
  const locked = packagesForImports(lock, modules, loaded);
  const brought = new Set([...lock.packages.values()].flatMap(({ imports }) => imports));
  const names = modules.flatMap((module) => {
    const [top = ""] = module.split(".");
    return brought.has(module) || brought.has(top) ? [] : (IMPORT_NAMES[top] ?? []);
  });
  return { locked, fromIndex: [...new Set(names)] };
}
