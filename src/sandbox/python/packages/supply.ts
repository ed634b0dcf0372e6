import type { Candidate, Demand } from "./candidate.ts";
import {
  indexedCandidate,
  installedCandidate,
  lockedCandidate,
  type InstalledPackage,
  type Workshop,
} from "./candidate-makers.ts";
import { chooseWheels, clausesOf } from "./index-choice.ts";
import type { InstallRequest } from "./install-request.ts";
import type { LockedPackage, PackageLock } from "./lock.ts";
import { noChoice, says, unknownPackage, disagreement } from "./no-choice-words.ts";
import { OkcvmError } from "../../../domain/errors.ts";
import { compareVersions, meets } from "./versions.ts";

/** Where candidates come from, for one request. */
export interface SupplyParts {
  workshop: Workshop;
  lock: PackageLock;
  /** By normalised name. */
  installed: ReadonlyMap<string, InstalledPackage>;
  request: InstallRequest;
  /** Wheels that were given by address or path, by normalised name: nothing else will do for these. */
  direct: ReadonlyMap<string, Candidate>;
  /** Hashes that were asked for, by normalised name. */
  hashes: ReadonlyMap<string, readonly string[]>;
}

/** The versions of a package in the order they are tried. */
export class Supply {
  readonly #parts: SupplyParts;

  constructor(parts: SupplyParts) {
    this.#parts = parts;
  }

  /**
   * What meets the demands: what is installed, then Pyodide's build, then the
   * index from the newest. The index is asked only when it comes to that.
   * Errors: OkcvmError of the server's.
   */
  async *offers(name: string, demands: readonly Demand[]): AsyncGenerator<Candidate> {
    const { direct, lock, request, workshop } = this.#parts;
    const given = direct.get(name);
    if (given) {
      if (meets(given.version, clausesOf(demands))) yield given;
      return;
    }
    const newestFirst = request.upgrade && demands.some(({ by }) => by === null);
    const installed = this.#installed(name, demands);
    if (installed && !newestFirst) yield installed;
    const locked = this.#locked(name, demands);
    if (locked && !newestFirst) yield lockedCandidate(locked, workshop);
    if (lock.packages.get(name)?.shared) return;
    const indexed = await this.#indexed(name, demands);
    if (!newestFirst) yield* indexed;
    else yield* this.#newest(indexed, locked, installed);
  }

  /** Starts asking the index for what will be needed, where it is. */
  expect(name: string, demands: readonly Demand[]): void {
    if (this.#parts.direct.has(name) || this.#installed(name, demands) || this.#locked(name, demands)) return;
    this.#parts.workshop.index.expect(name);
  }

  /** Why nothing was offered. */
  async problem(name: string, demands: readonly Demand[]): Promise<OkcvmError> {
    const { direct, lock, workshop } = this.#parts;
    const given = direct.get(name);
    if (given) {
      const unmet = demands.find(({ requirement }) => !meets(given.version, requirement.specifier));
      const reason = unmet ? says(unmet) : "it does not fit";
      return new OkcvmError("not-found", `${given.fileName} cannot be taken: ${reason}.`);
    }
    const dead = { name, demands, lock, target: workshop.target };
    const project = await workshop.index.project(name);
    if (!project) return unknownPackage(dead);
    const chosen = chooseWheels(project, this.#wish(name, demands), workshop.target);
    if (!Array.isArray(chosen)) return noChoice(dead, project, chosen);
    const versions = chosen.map(({ wheel }) => wheel.version);
    return (
      disagreement(name, demands, versions) ?? new OkcvmError("not-found", `No version of ${name} fits.`)
    );
  }

  #installed(name: string, demands: readonly Demand[]): Candidate | null {
    const { installed, request, workshop } = this.#parts;
    const found = installed.get(name);
    if (!found || request.reinstall || !meets(found.version, clausesOf(demands))) return null;
    return installedCandidate(found, name, workshop);
  }

  #locked(name: string, demands: readonly Demand[]): LockedPackage | null {
    const { lock, hashes } = this.#parts;
    const found = lock.packages.get(name);
    const wanted = hashes.get(name) ?? [];
    if (!found || !meets(found.version, clausesOf(demands))) return null;
    return wanted.length === 0 || wanted.includes(found.sha256) ? found : null;
  }

  async #indexed(name: string, demands: readonly Demand[]): Promise<Candidate[]> {
    const { workshop } = this.#parts;
    const project = await workshop.index.project(name);
    const chosen = project && chooseWheels(project, this.#wish(name, demands), workshop.target);
    return Array.isArray(chosen) ? chosen.map((file) => indexedCandidate(file, workshop)) : [];
  }

  /** With --upgrade: the newest wherever it is; of equals what is there, then Pyodide's build. */
  *#newest(indexed: readonly Candidate[], locked: LockedPackage | null, installed: Candidate | null) {
    const own = locked ? [lockedCandidate(locked, this.#parts.workshop)] : [];
    const all = [...(installed ? [installed] : []), ...own, ...indexed];
    yield* all.toSorted((one, other) => compareVersions(other.version, one.version));
  }

  #wish(name: string, demands: readonly Demand[]) {
    return { demands, hashes: this.#parts.hashes.get(name) ?? [], pre: this.#parts.request.pre };
  }
}
