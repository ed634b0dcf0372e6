import { LEGACY_ROOT } from "../../domain/ids.ts";

/**
 * The wall between the workspace's paths and the engine's: a WebContainer lets
 * nothing be made outside its own folder, so the mount is not there. Paths are
 * changed in a command's text, its env and its folder on the way in and in its
 * output on the way out. What is written inside files is left as it is.
 */
export class PathWall {
  /** The folder that stands for the mount, as the engine sees it. */
  readonly engineRoot: string;
  readonly #mount: string;
  readonly #inward: RegExp;
  readonly #outward: RegExp;

  constructor(mount: string, engineRoot: string) {
    this.#mount = mount;
    this.engineRoot = engineRoot;
    this.#inward = new RegExp(`(?:${escape(mount)}|${escape(LEGACY_ROOT)})(?![\\w-])`, "g");
    this.#outward = new RegExp(`${escape(engineRoot)}(?![\\w-])`, "g");
  }

  /** A text of the workspace's side as the engine must see it. */
  inward(text: string): string {
    return text.replace(this.#inward, () => this.engineRoot);
  }

  /** A text of the engine's side as a person or model must see it. */
  outward(text: string): string {
    return text.replace(this.#outward, () => this.#mount);
  }

  /** Changes a stream's paths, also those that are cut by the end of a chunk. */
  outwardStream(): { push(text: string): string; end(): string } {
    let held = "";
    return {
      push: (text) => {
        const whole = held + text;
        const keep = cutAt(whole, this.engineRoot);
        held = whole.slice(keep);
        return this.outward(whole.slice(0, keep));
      },
      end: () => {
        const rest = this.outward(held);
        held = "";
        return rest;
      },
    };
  }
}

/** Where a text's last part begins that may be the start of `root`, or is `root` with what follows unknown. */
function cutAt(text: string, root: string): number {
  for (let length = Math.min(root.length, text.length); length > 0; length--) {
    if (text.endsWith(root.slice(0, length))) return text.length - length;
  }
  return text.length;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
