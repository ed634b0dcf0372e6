import { OkcvmError } from "../../../domain/errors.ts";
import type { Candidate, Demand } from "./candidate.ts";
import { says } from "./no-choice-words.ts";
import type { Requirement } from "./requirement.ts";
import type { Supply } from "./supply.ts";
import { meets } from "./versions.ts";

/** How many choices are made before the search is given up. */
const MAX_CHOICES = 300;
/** How many versions of one package are tried after each other. */
const MAX_VERSIONS = 15;

/** A chosen version. */
export interface Choice {
  candidate: Candidate;
  extras: ReadonlySet<string>;
  /** Names of what it needs, in order. */
  needs: readonly string[];
}

/** What was chosen so far, and what is asked for. Never changed, only followed by another. */
interface State {
  choices: ReadonlyMap<string, Choice>;
  demands: ReadonlyMap<string, readonly Demand[]>;
}

/** A dead end. */
interface DeadEnd {
  /** Choices of which another could lead out. */
  involved: ReadonlySet<string>;
  error: OkcvmError;
  /** How many choices had been made: the farther a search came, the more its end says. */
  depth: number;
}

export interface SearchParts {
  supply: Supply;
  noDeps: boolean;
  /** True for a library that a build cannot do without, with --no-deps too. */
  isShared: (name: string) => boolean;
  /** Gets what is worth saying besides. */
  note: (text: string) => void;
}

/**
 * Chooses one version of everything that is asked for and needed, by trying
 * from the best and, at a dead end, going back to the nearest choice that had
 * a part in it.
 */
export class Search {
  readonly #parts: SearchParts;
  #left = MAX_CHOICES;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  /** Errors: OkcvmError that names the package and the reason. */
  async run(demands: readonly Demand[]): Promise<ReadonlyMap<string, Choice>> {
    let state: State = { choices: new Map(), demands: new Map() };
    for (const demand of demands) state = withDemand(state, demand);
    for (const [name, some] of state.demands) this.#parts.supply.expect(name, some);
    const found = await this.#solve(state);
    if (isDeadEnd(found)) throw found.error;
    return found.choices;
  }

  async #solve(state: State): Promise<State | DeadEnd> {
    const next = [...state.demands].find(([name]) => !state.choices.has(name));
    if (!next) return state;
    const [name, demands] = next;
    const involved = new Set(demands.flatMap(({ by }) => by?.name ?? []));
    let farthest: DeadEnd | null = null;
    let tries = 0;
    for await (const candidate of this.#parts.supply.offers(name, demands)) {
      if (tries === MAX_VERSIONS) break;
      tries += 1;
      const found = await this.#try(state, candidate);
      if (!isDeadEnd(found)) return found;
      if (!found.involved.has(name)) return found;
      for (const other of found.involved) if (other !== name) involved.add(other);
      if (!farthest || found.depth > farthest.depth) farthest = found;
    }
    if (farthest) return { ...farthest, involved };
    const error = await this.#parts.supply.problem(name, demands);
    return { involved, error, depth: state.choices.size };
  }

  async #try(state: State, candidate: Candidate): Promise<State | DeadEnd> {
    this.#left -= 1;
    if (this.#left < 0) {
      const message = `No set of versions that fit each other was found after ${MAX_CHOICES} choices. Pin the versions you need, such as ${candidate.name}==${candidate.version}.`;
      throw new OkcvmError("not-found", message);
    }
    const { name } = candidate;
    const extras = new Set((state.demands.get(name) ?? []).flatMap(({ requirement }) => requirement.extras));
    const found = await this.#expand(state, candidate, extras);
    return isDeadEnd(found) ? found : this.#solve(found);
  }

  /** The state with a candidate chosen and what it needs asked for; again for one that was chosen with fewer extras. */
  async #expand(state: State, candidate: Candidate, extras: ReadonlySet<string>): Promise<State | DeadEnd> {
    const { name, version } = candidate;
    const { requires, unreadable, unknownExtras } = await candidate.needs(extras);
    const [strange] = unreadable;
    if (strange !== undefined) {
      const error = new OkcvmError(
        "not-supported",
        `${name} ${version} has a dependency that cannot be read: ${strange}`,
      );
      return { involved: new Set([name]), error, depth: state.choices.size };
    }
    for (const extra of unknownExtras) this.#parts.note(`${name} ${version} has no extra named ${extra}.`);
    const needed = this.#parts.noDeps ? requires.filter((one) => this.#parts.isShared(one.name)) : requires;
    const needs = [...new Set(needed.map((one) => one.name))].filter((one) => one !== name);
    let next: State | DeadEnd = {
      ...state,
      choices: new Map(state.choices).set(name, { candidate, extras, needs }),
    };
    for (const requirement of needed) {
      next = await this.#demand(next, { requirement, by: { name, version } });
      if (isDeadEnd(next)) return next;
    }
    return next;
  }

  async #demand(state: State, demand: Demand): Promise<State | DeadEnd> {
    const { requirement, by } = demand;
    const deadEnd = (error: OkcvmError): DeadEnd => {
      return {
        involved: new Set([requirement.name, ...(by ? [by.name] : [])]),
        error,
        depth: state.choices.size,
      };
    };
    if (requirement.url !== null) {
      return deadEnd(
        new OkcvmError(
          "not-supported",
          `${says(demand)}, which is not on the index: install it by its address first.`,
        ),
      );
    }
    const choice = state.choices.get(requirement.name);
    const next = withDemand(state, demand);
    if (!choice) {
      this.#parts.supply.expect(requirement.name, next.demands.get(requirement.name) ?? []);
      return next;
    }
    if (!meets(choice.candidate.version, requirement.specifier)) {
      return deadEnd(disagrees(demand, choice, state.demands.get(requirement.name) ?? []));
    }
    const extras = new Set([...choice.extras, ...requirement.extras]);
    return extras.size === choice.extras.size ? next : this.#expand(next, choice.candidate, extras);
  }
}

function withDemand(state: State, demand: Demand): State {
  const { name } = demand.requirement;
  const demands = new Map(state.demands);
  return { ...state, demands: demands.set(name, [...(demands.get(name) ?? []), demand]) };
}

function isDeadEnd(found: State | DeadEnd): found is DeadEnd {
  return "error" in found;
}

function disagrees(demand: Demand, { candidate }: Choice, others: readonly Demand[]): OkcvmError {
  const other = others.find(
    ({ requirement }: { requirement: Requirement }) => requirement.specifier.length > 0,
  );
  const because = other ? says(other) : `${candidate.name} is there as ${candidate.version}`;
  return new OkcvmError(
    "not-found",
    `${says(demand)}, but ${because}: no version of ${candidate.name} is right for both.`,
  );
}
