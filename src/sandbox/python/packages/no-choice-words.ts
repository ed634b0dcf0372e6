import { OkcvmError } from "../../../domain/errors.ts";
import { showRequirer, type Demand } from "./candidate.ts";
import type { Target } from "./environment.ts";
import { IMPORT_NAMES } from "./import-names.ts";
import { clausesOf, type NoChoice } from "./index-choice.ts";
import type { PackageLock } from "./lock.ts";
import { normalizeName } from "./names.ts";
import type { IndexedWheel, Project } from "./package-index.ts";
import { showRequirement } from "./requirement.ts";
import { compareVersions, meets, showSpecifier } from "./versions.ts";

/** What a package without a choice is told of with. */
export interface Dead {
  name: string;
  demands: readonly Demand[];
  lock: PackageLock;
  target: Target;
}

/** The error for a name the index does not know. */
export function unknownPackage(dead: Dead): OkcvmError {
  const locked = dead.lock.packages.get(dead.name);
  if (locked) return wrongVersion(dead, [locked.version]);
  const owner = ownerOfModule(dead.name, dead.lock);
  const hint =
    owner === null ? " Check the spelling." : ` There is a module of that name in ${owner}: install that.`;
  return new OkcvmError("not-found", `${who(dead)} was not found on the package index.${hint}`);
}

/** The error for a package of which no file will do. */
export function noChoice(dead: Dead, project: Project, { step, left }: NoChoice): OkcvmError {
  switch (step) {
    case "versions": {
      const locked = dead.lock.packages.get(dead.name)?.version ?? [];
      return wrongVersion(
        dead,
        [...project.wheels.map(({ wheel }) => wheel.version), ...project.sources].concat(locked),
      );
    }
    case "wheels": {
      const what = "is there only as a source distribution (no wheel), which a browser cannot build";
      return new OkcvmError("not-supported", `${who(dead)} ${what}.`);
    }
    case "platform":
      return wrongPlatform(dead, left);
    case "python":
      return wrongPython(dead, left);
    case "yanked": {
      const why = left.find(({ yanked }) => yanked)?.yanked;
      const reason = why ? `: ${why}` : "";
      return new OkcvmError(
        "not-found",
        `${who(dead)} was withdrawn by its authors (yanked)${reason}. Pin it with == to have it anyway.`,
      );
    }
    case "hashes":
      return new OkcvmError(
        "bad-reply",
        `${who(dead)} was not taken: its hash does not match. No file has one of the hashes that are asked for.`,
      );
    case "host": {
      const what =
        "is on a host that this server fetches no packages from. Its operator can add it to OKCVM_PYPI_FILE_HOSTS";
      return new OkcvmError("not-supported", `${who(dead)} ${what}.`);
    }
  }
}

/** The error for demands of which each can be met, but not all; null when it is one alone that cannot. */
export function disagreement(
  name: string,
  demands: readonly Demand[],
  versions: readonly string[],
): OkcvmError | null {
  const strict = demands.filter(({ requirement }) => requirement.specifier.length > 0);
  const [one, other] = disagreeing(strict, versions) ?? [];
  if (!one || !other) return null;
  const message = `${says(one)}, but ${says(other)}: no version of ${name} is right for both.`;
  return new OkcvmError("not-found", message);
}

/** `pandas 3.0 needs numpy>=2`. */
export function says({ by, requirement }: Demand): string {
  return `${showRequirer(by)} ${by ? "needs" : "ask for"} ${showRequirement(requirement)}`;
}

function disagreeing(demands: readonly Demand[], versions: readonly string[]): [Demand, Demand] | null {
  const allow = (some: readonly Demand[]) => versions.some((version) => meets(version, clausesOf(some)));
  for (const [at, one] of demands.entries()) {
    if (!allow([one])) return null;
    const other = demands.slice(0, at).find((earlier) => allow([earlier]) && !allow([earlier, one]));
    if (other) return [one, other];
  }
  return null;
}

function wrongVersion(dead: Dead, versions: readonly string[]): OkcvmError {
  const unfit = disagreement(dead.name, dead.demands, versions);
  if (unfit) return unfit;
  const newest = versions.toSorted(compareVersions).at(-1);
  const has = newest === undefined ? "there is none at all" : `the newest is ${newest}`;
  const specifier = showSpecifier(clausesOf(dead.demands));
  return new OkcvmError("not-found", `${who(dead)} has no version that matches ${specifier} (${has}).`);
}

function wrongPlatform(dead: Dead, files: readonly IndexedWheel[]): OkcvmError {
  const kinds = new Set(files.flatMap(({ wheel }) => wheel.platforms.map(systemOf)));
  const locked = dead.lock.packages.get(dead.name);
  const hint = locked
    ? ` The browser's build is ${locked.version}: ask for that, or leave the version out.`
    : "";
  if (kinds.has("any")) {
    const pythons = new Set(files.flatMap(({ wheel }) => wheel.pythons));
    const message = `${who(dead)} has only wheels for another Python (${list(pythons)}), and this is ${dead.target.markers.python_version}.${hint}`;
    return new OkcvmError("not-supported", message);
  }
  const message = `${who(dead)} needs native code that is not built for the browser: there are only wheels for ${list(kinds)}.${hint}`;
  return new OkcvmError("not-supported", message);
}

function wrongPython(dead: Dead, files: readonly IndexedWheel[]): OkcvmError {
  const newest = files
    .toSorted((one, other) => compareVersions(one.wheel.version, other.wheel.version))
    .at(-1);
  const message = `${who(dead)} needs Python ${showSpecifier(newest?.requiresPython ?? [])}, and this is ${dead.target.markers.python_full_version}.`;
  return new OkcvmError("not-supported", message);
}

/** The package, and who needs it where that is not the person. */
function who({ name, demands }: Dead): string {
  const [by] = demands.flatMap((demand) => demand.by ?? []);
  const asked = demands.some((demand) => demand.by === null);
  return asked || !by ? name : `${name} (needed by ${showRequirer(by)})`;
}

/** `manylinux_2_17_x86_64` is manylinux. */
function systemOf(platform: string): string {
  return (
    /^(manylinux|musllinux|linux|macosx|win|android|ios|pyemscripten|pyodide|emscripten)/.exec(
      platform,
    )?.[0] ?? platform
  );
}

function list(names: ReadonlySet<string>): string {
  const sorted = [...names].toSorted();
  const last = sorted.pop() ?? "";
  return sorted.length > 0 ? `${sorted.join(", ")} and ${last}` : last;
}

function ownerOfModule(module: string, lock: PackageLock): string | null {
  const isIt = (one: string) => normalizeName(one) === module;
  for (const { name, imports } of lock.packages.values()) if (imports.some(isIt)) return name;
  return Object.entries(IMPORT_NAMES).find(([one]) => isIt(one))?.[1] ?? null;
}
