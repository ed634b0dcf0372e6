import { OkcvmError } from "../../../domain/errors.ts";
import { brokenByPlan } from "./broken-by-plan.ts";
import type { Candidate, Demand, PackageSource } from "./candidate.ts";
import type { InstalledPackage, Workshop } from "./candidate-makers.ts";
import { directCandidate } from "./direct-candidate.ts";
import { targetOf } from "./environment.ts";
import type { InstallRequest, Wanted } from "./install-request.ts";
import type { PackageLock } from "./lock.ts";
import { evaluateMarker } from "./marker.ts";
import { normalizeName } from "./names.ts";
import { PackageIndex } from "./package-index.ts";
import type { PackageServer } from "./package-server.ts";
import { Search, type Choice } from "./search.ts";
import { Supply } from "./supply.ts";

/** A package to be installed. */
export interface PlannedPackage {
  /** Normalised. */
  name: string;
  version: string;
  fileName: string;
  /** On the app's own origin; for a path, the path in the workspace. */
  url: string;
  /** Hexadecimal; null where the index names none. */
  sha256: string | null;
  /** Bytes; null where nobody says. */
  size: number | null;
  source: PackageSource;
  /** Names of what it needs, installed or planned. */
  requires: readonly string[];
  /** The installed version that goes; null: none is there. */
  replaces: string | null;
}

/** What an install comes to. */
export interface InstallPlan {
  /** Each after what it needs. */
  packages: PlannedPackage[];
  /** What was asked for and is there already. */
  satisfied: { name: string; version: string }[];
  /** What is worth telling the person besides. */
  notes: string[];
}

export interface ResolveParts {
  server: PackageServer;
  lock: PackageLock;
  installed: readonly InstalledPackage[];
  /** Reads a wheel in the workspace. Errors: its own. */
  readFile: (path: string) => Promise<Uint8Array>;
}

/**
 * Finds out what has to be installed for a request, without installing it.
 * Errors: OkcvmError that names the package and the reason; those of `readFile`.
 */
export async function resolveInstall(request: InstallRequest, parts: ResolveParts): Promise<InstallPlan> {
  const { server, lock, readFile } = parts;
  const target = targetOf(lock.python, lock.abi);
  const workshop: Workshop = { server, target, readFile, index: new PackageIndex(server) };
  const installed = new Map(parts.installed.map((one) => [normalizeName(one.name), one]));
  const notes = new Set<string>();
  const wanted = request.wanted.filter((one) => applies(one, workshop, notes));
  const direct = await directCandidates(wanted, workshop);
  const demands = wanted.map((one) => demandOf(one, direct));
  const supply = new Supply({
    workshop,
    lock,
    installed,
    request,
    direct: byName([...direct.values()]),
    hashes: hashesOf(wanted, demands),
  });
  const isShared = (name: string) => lock.packages.get(name)?.shared ?? false;
  const note = (text: string) => void notes.add(text);
  const search = new Search({ supply, noDeps: request.noDeps, isShared, note });
  const choices = await search.run(demands);
  for (const text of brokenByPlan(installed.values(), choices, target.markers)) notes.add(text);
  const asked = new Set(demands.map(({ requirement }) => requirement.name));
  return {
    packages: ordered(choices).map((choice) => planned(choice, installed)),
    satisfied: [...choices.values()].flatMap(({ candidate: { name, version, source } }) =>
      source === "installed" && asked.has(name) ? [{ name, version }] : [],
    ),
    notes: [...notes],
  };
}

function applies({ text, requirement }: Wanted, { target }: Workshop, notes: Set<string>): boolean {
  if (requirement.marker === null || evaluateMarker(requirement.marker, target.markers)) return true;
  notes.add(`${text} was left out: its marker does not hold for this interpreter.`);
  return false;
}

async function directCandidates(
  wanted: readonly Wanted[],
  workshop: Workshop,
): Promise<Map<Wanted, Candidate>> {
  const direct = new Map<Wanted, Candidate>();
  for (const one of wanted) {
    if (one.wheel) direct.set(one, await directCandidate(one, one.wheel, workshop));
  }
  return direct;
}

/** Errors: OkcvmError `bad-arguments` for two files of one package. */
function byName(direct: readonly Candidate[]): Map<string, Candidate> {
  const named = new Map<string, Candidate>();
  for (const candidate of direct) {
    const other = named.get(candidate.name);
    if (other && other.url !== candidate.url) {
      const message = `${candidate.name} was asked for twice, as ${other.url} and as ${candidate.url}. Leave one out.`;
      throw new OkcvmError("bad-arguments", message);
    }
    named.set(candidate.name, candidate);
  }
  return named;
}

function hashesOf(wanted: readonly Wanted[], demands: readonly Demand[]): Map<string, string[]> {
  const hashes = new Map<string, string[]>();
  for (const [at, { requirement }] of demands.entries()) {
    hashes.set(requirement.name, [...(hashes.get(requirement.name) ?? []), ...(wanted[at]?.hashes ?? [])]);
  }
  return hashes;
}

function demandOf(wanted: Wanted, direct: ReadonlyMap<Wanted, Candidate>): Demand {
  const { extras, specifier, marker, name } = wanted.requirement;
  const own = direct.get(wanted)?.name ?? name ?? "";
  return { requirement: { name: own, extras, specifier, marker, url: null }, by: null };
}

/** What is not there yet, each after what it needs; in a circle, the first that was asked for comes last. */
function ordered(choices: ReadonlyMap<string, Choice>): Choice[] {
  const seen = new Set<string>();
  const list: Choice[] = [];
  const visit = (name: string) => {
    const choice = choices.get(name);
    if (!choice || seen.has(name)) return;
    seen.add(name);
    for (const needed of choice.needs) visit(needed);
    if (choice.candidate.source !== "installed") list.push(choice);
  };
  for (const name of choices.keys()) visit(name);
  return list;
}

function planned(
  { candidate, needs }: Choice,
  installed: ReadonlyMap<string, InstalledPackage>,
): PlannedPackage {
  const { name, version, fileName, url, sha256, size, source } = candidate;
  if (source === "installed") throw new Error(`${name} is installed and needs no plan.`);
  const replaces = installed.get(name)?.version ?? null;
  return { name, version, fileName, url, sha256, size, source, requires: needs, replaces };
}
