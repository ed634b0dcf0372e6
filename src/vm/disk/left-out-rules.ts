import { IgnoreRules } from "../../domain/ignore-rules.ts";
import { baseName, leadsIntoGit, parentOf } from "../../domain/paths.ts";

/** What is not taken along: Git's own folder, what can be made again, and what .gitignore files name. */
export class LeftOutRules {
  /** By the folder whose .gitignore they begin with. */
  readonly #rules = new Map<string, IgnoreRules>();
  readonly #folders = new Map<string, boolean>();

  /** Adds the .gitignore of a folder. Those of the folders above come first. */
  add(folder: string, text: string): void {
    const above = folder === "" ? IgnoreRules.none : this.#within(parentOf(folder));
    this.#rules.set(folder, above.within(folder, text));
  }

  /** Whether a path is left out; true for all below a folder that is. */
  leavesOut(path: string, isFolder: boolean): boolean {
    const parent = parentOf(path);
    if (parent !== "" && this.#leavesOutFolder(parent)) return true;
    return leadsIntoGit(baseName(path)) || this.#within(parent).ignores(path, isFolder);
  }

  #leavesOutFolder(folder: string): boolean {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const leftOut = this.leavesOut(folder, true);
    this.#folders.set(folder, leftOut);
    return leftOut;
  }

  /** The rules that hold in a folder: those of the nearest .gitignore, in it or above. */
  #within(folder: string): IgnoreRules {
    const rules = this.#rules.get(folder);
    if (rules) return rules;
    return folder === "" ? IgnoreRules.none : this.#within(parentOf(folder));
  }
}
