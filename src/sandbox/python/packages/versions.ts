import { orderVersions, versionParts, type VersionParts } from "./version-parts.ts";

/** One clause of a version specifier: `>=1.2`. */
export interface Clause {
  operator: "~=" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "===";
  /** As written, without the `.*` that `prefix` stands for. */
  version: string;
  prefix: boolean;
}

const CLAUSE = /^(~=|===|==|!=|<=|>=|<|>)\s*(\S+?)(\.\*)?$/;

/** True for a version that PEP 440 knows. */
export function isVersion(text: string): boolean {
  return versionParts(text) !== null;
}

/** Below 0 when `one` is the older. Both must be versions. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [versionParts(one), versionParts(other)];
  return left && right ? orderVersions(left, right) : 0;
}

/** True for alphas, betas, candidates and development releases. */
export function isPreRelease(version: string): boolean {
  return versionParts(version)?.isPre ?? false;
}

/** Reads a comma list of clauses; the empty text allows everything. null when PEP 440 does not know it. */
export function parseSpecifier(text: string): Clause[] | null {
  const clauses: Clause[] = [];
  const parts = text.split(",").map((part) => part.trim());
  for (const part of parts) {
    if (part === "") continue;
    const clause = parseClause(part);
    if (!clause) return null;
    clauses.push(clause);
  }
  return clauses;
}

/** True when a clause names a pre-release, which allows them (PEP 440, handling of pre-releases). */
export function namesPreRelease(clauses: readonly Clause[]): boolean {
  return clauses.some(({ operator, version }) => operator !== "!=" && isPreRelease(version));
}

/** True when the version meets every clause. Whether pre-releases are wanted is another question. */
export function meets(version: string, clauses: readonly Clause[]): boolean {
  return clauses.every((clause) => meetsOne(version, clause));
}

/** `>=1.2, <2`; the empty text when there are none. */
export function showSpecifier(clauses: readonly Clause[]): string {
  return clauses
    .map(({ operator, version, prefix }) => `${operator}${version}${prefix ? ".*" : ""}`)
    .join(",");
}

function parseClause(text: string): Clause | null {
  const [, operator, version = "", star] = CLAUSE.exec(text) ?? [];
  if (operator === undefined) return null;
  const prefix = star !== undefined;
  const clause = { operator: operator as Clause["operator"], version, prefix };
  // Arbitrary equality compares texts, whatever they are.
  if (operator === "===") return { ...clause, version: prefix ? `${version}.*` : version, prefix: false };
  const parts = versionParts(version);
  if (!parts) return null;
  const isEquality = operator === "==" || operator === "!=";
  if (prefix && (!isEquality || /[a-z+-]/i.test(version.replace(/^v/i, "")))) return null;
  if (parts.local !== null && !isEquality) return null;
  if (operator === "~=" && parts.release.length < 2) return null;
  return clause;
}

// The library's own `satisfies` is not used: it takes ==1.0+a for 1.0+b, refuses 1.7.post3 to >1.7.post2 and
// 1.7rc1 to <1.7rc2, and does not pad 1.1 for ==1.1.0.*.
function meetsOne(version: string, { operator, version: wanted, prefix }: Clause): boolean {
  if (operator === "===") return version.toLowerCase() === wanted.toLowerCase();
  const [have, want] = [versionParts(version), versionParts(wanted)];
  if (!have || !want) return false;
  switch (operator) {
    case "==":
      return prefix ? startsWith(have, want.epoch, want.release) : isEqual(have, want);
    case "!=":
      return prefix ? !startsWith(have, want.epoch, want.release) : !isEqual(have, want);
    case "~=":
      // `~=1.4.5a4` is `>=1.4.5a4, ==1.4.*`.
      return order(have, want) >= 0 && startsWith(have, want.epoch, want.release.slice(0, -1));
    case ">=":
      return order(have, want) >= 0;
    case "<=":
      return order(have, want) <= 0;
    case ">":
      return isAfter(have, want);
    case "<":
      return isBefore(have, want);
  }
}

/** A clause without a local version does not look at the candidate's. */
function order(have: VersionParts, want: VersionParts): number {
  return orderVersions(want.local === null ? { ...have, local: null } : have, want);
}

function isEqual(have: VersionParts, want: VersionParts): boolean {
  return order(have, want) === 0;
}

/** True when the epoch and the first numbers are these; missing numbers are zeros. */
function startsWith(have: VersionParts, epoch: number, release: readonly number[]): boolean {
  return have.epoch === epoch && release.every((part, at) => part === (have.release[at] ?? 0));
}

/** `>1.7` does not take 1.7.post1, nor 1.7+local; `>1.7.post1` takes 1.7.post2. */
function isAfter(have: VersionParts, want: VersionParts): boolean {
  if (order(have, want) <= 0) return false;
  const follows = have.isPost && !want.isPost ? versionParts(have.base + (have.pre ?? []).join("")) : null;
  return !follows || order(follows, want) !== 0;
}

/** `<1.7` does not take 1.7rc1; `<1.7rc2` does, and `<1.7.post1` too. */
function isBefore(have: VersionParts, want: VersionParts): boolean {
  if (order(have, want) >= 0) return false;
  if (want.isPre || !have.isPre) return true;
  const first = versionParts(`${want.public}.dev0`);
  return first !== null && order(have, first) < 0;
}
