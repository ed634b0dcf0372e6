import ignore, { type Ignore } from "ignore";

import { isLeftOut } from "./left-out.ts";
import { baseName } from "./paths.ts";

/** The file whose lines name what Git leaves out, in its folder and below. */
export const IGNORE_FILE = ".gitignore";

/** The ignore rules that hold in one folder: those of its own .gitignore, then those of the folders above it. */
export class IgnoreRules {
  readonly #base: string;
  readonly #own: Ignore | null;
  readonly #above: IgnoreRules | null;

  private constructor(base: string, own: Ignore | null, above: IgnoreRules | null) {
    this.#base = base;
    this.#own = own;
    this.#above = above;
  }

  static readonly none = new IgnoreRules("", null, null);

  /** The rules inside a folder (a workspace path) whose .gitignore has this text. */
  within(folder: string, text: string): IgnoreRules {
    return new IgnoreRules(folder, ignore({ ignorecase: false }).add(text), this);
  }

  /** Whether a path is left out. The caller asks for folders before what is in them. */
  ignores(path: string, isFolder: boolean): boolean {
    if (this.#own) {
      const inside = this.#base === "" ? path : path.slice(this.#base.length + 1);
      const { ignored, unignored } = this.#own.test(isFolder ? `${inside}/` : inside);
      if (ignored || unignored) return ignored;
    }
    if (this.#above) return this.#above.ignores(path, isFolder);
    return isLeftOut(baseName(path));
  }
}
