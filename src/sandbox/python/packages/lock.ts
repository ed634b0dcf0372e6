import { OkcvmError } from "../../../domain/errors.ts";
import { normalizeName } from "./names.ts";

/** A build of Pyodide's own. */
export interface LockedPackage {
  /** Normalised. */
  name: string;
  version: string;
  fileName: string;
  /** Hexadecimal. */
  sha256: string;
  /** Modules it brings. */
  imports: readonly string[];
  /** Normalised names of others in the lock. */
  depends: readonly string[];
  /** True for a library that only other builds use. */
  shared: boolean;
}

/** Pyodide's list of its builds: exact versions that fit each other. */
export interface PackageLock {
  /** Python's full version. */
  python: string;
  /** Pyodide's ABI version: `2026_0`. */
  abi: string;
  packages: ReadonlyMap<string, LockedPackage>;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads `pyodide-lock.json`. Errors: OkcvmError `bad-reply`. */
export function parseLock(json: unknown): PackageLock {
  const { info, packages } = asObject(json);
  const { python, abi_version: abi } = asObject(info);
  if (typeof python !== "string" || typeof abi !== "string") throw notLock();
  const locked = Object.values(asObject(packages)).map(parsePackage);
  return { python, abi, packages: new Map(locked.map((one) => [one.name, one])) };
}

/**
 * The builds that bring the modules, and what they need, each after what it
 * needs. Modules that no build brings and packages in `loaded` are left out.
 * @param modules dotted names as they are imported.
 * @param loaded names of packages that are there already.
 */
export function packagesForImports(
  lock: PackageLock,
  modules: Iterable<string>,
  loaded: Iterable<string> = [],
): LockedPackage[] {
  const byModule = new Map<string, string>();
  for (const { name, imports } of lock.packages.values()) {
    for (const module of imports) if (!byModule.has(module)) byModule.set(module, name);
  }
  const names = [...modules].flatMap((module) => {
    // `google.cloud.storage` may be brought by a package of that name or of a shorter one.
    const parts = module.split(".");
    const found = parts
      .map((_, at) => byModule.get(parts.slice(0, parts.length - at).join(".")))
      .find(Boolean);
    return found === undefined ? [] : [found];
  });
  return closure(lock, names, loaded);
}

/** The packages and all they need, each after what it needs, without those that are loaded. */
export function closure(
  lock: PackageLock,
  names: Iterable<string>,
  loaded: Iterable<string> = [],
): LockedPackage[] {
  const seen = new Set([...loaded].map(normalizeName));
  const ordered: LockedPackage[] = [];
  const visit = (name: string) => {
    const found = lock.packages.get(name);
    if (seen.has(name) || !found) return;
    seen.add(name);
    for (const dependency of found.depends) visit(dependency);
    ordered.push(found);
  };
  for (const name of names) visit(normalizeName(name));
  return ordered;
}

function parsePackage(json: unknown): LockedPackage {
  const { name, version, file_name: fileName, sha256, imports, depends, package_type: type } = asObject(json);
  if (typeof name !== "string" || typeof version !== "string") throw notLock();
  if (typeof fileName !== "string" || typeof sha256 !== "string") throw notLock();
  return {
    name: normalizeName(name),
    version,
    fileName,
    sha256: sha256.toLowerCase(),
    imports: texts(imports),
    // Names of other builds are written in any way: `prompt_toolkit`, `Cartopy`, `ruamel.yaml`.
    depends: texts(depends).map(normalizeName),
    shared: type === "shared_library",
  };
}

function asObject(json: unknown): Json {
  if (typeof json !== "object" || json === null) throw notLock();
  return json as Json;
}

function texts(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((one): one is string => typeof one === "string") : [];
}

function notLock(): OkcvmError {
  return new OkcvmError("bad-reply", "Pyodide's list of packages (pyodide-lock.json) cannot be read.");
}
