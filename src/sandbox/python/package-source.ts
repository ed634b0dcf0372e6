import type { InstalledPackage } from "./packages/candidate-makers.ts";
import type { Wheel } from "./wire.ts";

export interface PackageProgress {
  signal: AbortSignal;
  onProgress(text: string): void;
}

export interface FoundPackages {
  wheels: Wheel[];
  /** What could not be had, in words that name the package and the reason. */
  failures: string[];
}

/** Where packages come from. */
export interface PackageSource {
  /** What a cell that imports these modules needs. A module that no package is known for is left out: the import says so. */
  forImports(modules: readonly string[], on: PackageProgress): Promise<FoundPackages>;
  /** What `%pip install` was asked for, as the words after it. Errors: one that names the package and the reason. */
  forRequirements(
    words: readonly string[],
    installed: readonly InstalledPackage[],
    on: PackageProgress,
  ): Promise<{ wheels: Wheel[]; installed: string[]; alreadyThere: string[]; notes: string[] }>;
  /** To be called when the interpreter is started anew: nothing is installed then. */
  reset(): void;
}
