import type { Demand } from "./candidate.ts";
import type { Target } from "./environment.ts";
import type { IndexedWheel, Project } from "./package-index.ts";
import { compareVersions, isPreRelease, meets, namesPreRelease, type Clause } from "./versions.ts";
import { isNative, rankWheel } from "./wheel-name.ts";

/** A wheel that can be fetched. */
export type FetchableWheel = IndexedWheel & { url: string };

/** What a file must be to be chosen. */
export interface Wish {
  demands: readonly Demand[];
  /** One of these hashes; empty: any. */
  hashes: readonly string[];
  /** Pre-releases are wanted. */
  pre: boolean;
}

/** Why none of the files will do. The step is the first that left nothing. */
export interface NoChoice {
  step: "versions" | "wheels" | "platform" | "python" | "yanked" | "hashes" | "host";
  /** What was left before that step. */
  left: IndexedWheel[];
}

/** The wheels to try: one a version, the newest first; or why there is none. */
export function chooseWheels(project: Project, wish: Wish, target: Target): FetchableWheel[] | NoChoice {
  const clauses = clausesOf(wish.demands);
  const steps: [NoChoice["step"], (file: IndexedWheel) => boolean][] = [
    ["versions", ({ wheel }) => meets(wheel.version, clauses)],
    ["platform", ({ wheel }) => rankWheel(wheel, target) !== null],
    ["python", ({ requiresPython }) => meets(target.markers.python_full_version, requiresPython)],
    ["yanked", ({ yanked, wheel }) => yanked === null || isPinned(clauses, wheel.version)],
    ["hashes", ({ sha256 }) => wish.hashes.length === 0 || (sha256 !== null && wish.hashes.includes(sha256))],
    ["host", ({ url }) => url !== null],
  ];
  let left = project.wheels;
  for (const [step, fits] of steps) {
    const fitting = left.filter(fits);
    if (fitting.length === 0) return { step: reasonOf(step, project, clauses), left };
    left = fitting;
  }
  const fetchable = left.filter((file): file is FetchableWheel => file.url !== null);
  return newestFirst(withoutPreReleases(fetchable, wish.pre || namesPreRelease(clauses)), target);
}

/** All that is demanded at once. */
export function clausesOf(demands: readonly Demand[]): Clause[] {
  return demands.flatMap(({ requirement }) => requirement.specifier);
}

/** True when files are left that hold only code for other machines. */
export function allNative(files: readonly IndexedWheel[]): boolean {
  return files.every(({ wheel }) => isNative(wheel));
}

function reasonOf(step: NoChoice["step"], project: Project, clauses: readonly Clause[]): NoChoice["step"] {
  if (step !== "versions") return step;
  return project.sources.some((version) => meets(version, clauses)) ? "wheels" : "versions";
}

/** PEP 592: a withdrawn version is taken only where it is named exactly. */
function isPinned(clauses: readonly Clause[], version: string): boolean {
  return clauses.some(
    (clause) =>
      (clause.operator === "==" || clause.operator === "===") && !clause.prefix && meets(version, [clause]),
  );
}

/** PEP 440: pre-releases are taken when they are wanted or when there is nothing else. */
function withoutPreReleases(files: readonly FetchableWheel[], wanted: boolean): readonly FetchableWheel[] {
  if (wanted) return files;
  const final = files.filter(({ wheel }) => !isPreRelease(wheel.version));
  return final.length > 0 ? final : files;
}

function newestFirst(files: readonly FetchableWheel[], target: Target): FetchableWheel[] {
  const sorted = files.toSorted(
    (one, other) =>
      compareVersions(other.wheel.version, one.wheel.version) ||
      (rankWheel(other.wheel, target) ?? 0) - (rankWheel(one.wheel, target) ?? 0) ||
      other.wheel.build - one.wheel.build,
  );
  return sorted.filter(
    ({ wheel }, at) => at === 0 || compareVersions(wheel.version, sorted[at - 1]?.wheel.version ?? "") !== 0,
  );
}
