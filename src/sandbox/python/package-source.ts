import type { InstalledPackage } from "./packages/candidate-makers.ts";
import type { Wheel } from "./wire.ts";

export interface PackageProgress {
  signal: AbortSignal;
  onProgress(text: string): void;
}

export interface PipInstall {
  /** What comes after `pip install`, split as a shell does. */
  words: readonly string[];
  /** The absolute folder that relative paths among them start from. */
  cwd: string;
  installed: readonly InstalledPackage[];
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
  /** What `pip install` was asked for. Errors: one that names the package and the reason. */
  forRequirements(
    asked: PipInstall,
    on: PackageProgress,
  ): Promise<{ wheels: Wheel[]; installed: string[]; alreadyThere: string[]; notes: string[] }>;
  /** To be called when the interpreter is started anew: nothing is installed then. */
  reset(): void;
}
