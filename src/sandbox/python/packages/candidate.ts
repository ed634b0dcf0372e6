import type { Requirement } from "./requirement.ts";

/** Where a package comes from. */
export type PackageSource = "lock" | "index" | "url" | "path";

/** A version that may be chosen. */
export interface Candidate {
  /** Normalised. */
  name: string;
  version: string;
  source: PackageSource | "installed";
  fileName: string;
  /** On the app's own origin; for a path, the path; empty for what is installed. */
  url: string;
  sha256: string | null;
  size: number | null;
  /** What it needs when these extras are asked for. Errors: OkcvmError. */
  needs: (extras: ReadonlySet<string>) => Promise<Needs>;
}

export interface Needs {
  requires: Requirement[];
  /** Of Requires-Dist, what cannot be understood. */
  unreadable: readonly string[];
  /** Extras that it does not have. */
  unknownExtras: string[];
}

/** Who asks for a package, and how. */
export interface Demand {
  requirement: Requirement;
  /** null: the person. */
  by: { name: string; version: string } | null;
}

/** `pandas 3.0.2`, or `you` for the person. */
export function showRequirer(by: Demand["by"]): string {
  return by ? `${by.name} ${by.version}` : "you";
}
