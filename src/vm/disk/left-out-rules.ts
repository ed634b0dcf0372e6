import ignore, { type Ignore } from "ignore";

import { isLeftOut } from "../../domain/left-out.ts";
import { baseName, leadsIntoGit, parentOf } from "../../domain/paths.ts";

export const IGNORE_FILE = ".gitignore";

/** What is not taken along: Git's own folder, what can be made again, and what .gitignore files name. */
export class LeftOutRules {
  /** By the folder whose .gitignore they are. */
  readonly #texts = new Map<string, Ignore>();
  readonly #folders = new Map<string, boolean>();

  /** Adds the .gitignore of a folder. Those of the folders above come first. */
  add(folder: string, text: string): void {
    this.#texts.set(folder, ignore({ ignorecase: false }).add(text));
  }

  /** Whether a path is left out; true for all below a folder that is. */
  leavesOut(path: string, isFolder: boolean): boolean {
    const parent = parentOf(path);
    if (parent !== "" && this.#leavesOutFolder(parent)) return true;
    return this.#names(path, isFolder);
  }

  #leavesOutFolder(folder: string): boolean {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const leftOut = this.leavesOut(folder, true);
    this.#folders.set(folder, leftOut);
    return leftOut;
  }

  /** Whether a rule names the path itself: the nearest .gitignore that has an opinion decides. */
  #names(path: string, isFolder: boolean): boolean {
    const name = baseName(path);
    if (leadsIntoGit(name)) return true;
    for (let folder = path; folder !== "";) {
      folder = parentOf(folder);
      const inside = folder === "" ? path : path.slice(folder.length + 1);
      const result = this.#texts.get(folder)?.test(isFolder ? `${inside}/` : inside);
      if (result?.ignored || result?.unignored) return result.ignored;
    }
    return isLeftOut(name);
  }
}
