import type { Change } from "../../domain/changes.ts";
import type { RenameOutcome, TreeNode } from "../../domain/file-tree.ts";
import type { ReplicaContent } from "./fs-node.ts";

/**
 * Tells the workspace what happened below the mount. All paths it is given are
 * real ones of the engine's tree: a symlink on the way would name another
 * place to the workspace.
 */
export class ChangeReporter {
  readonly #mount: string;
  readonly #onChange: (change: Change) => void;

  constructor(mount: string, onChange: (change: Change) => void) {
    this.#mount = mount;
    this.#onChange = onChange;
  }

  /** The workspace path of a real path; null outside the mount. */
  inside(real: string): string | null {
    if (real === this.#mount) return "";
    return real.startsWith(`${this.#mount}/`) ? real.slice(this.#mount.length + 1) : null;
  }

  holds(real: string): boolean {
    return this.inside(real) !== null;
  }

  report(real: string, make: (path: string) => Change): void {
    const inside = this.inside(real);
    if (inside !== null) this.#onChange(make(inside));
  }

  reportMove(outcome: RenameOutcome<ReplicaContent>, moved: TreeNode<ReplicaContent>): void {
    if (outcome.from === outcome.to) return;
    const source = this.inside(outcome.from);
    const target = this.inside(outcome.to);
    if (source !== null && target !== null)
      return this.#onChange({ kind: "rename", path: source, to: target });
    if (source !== null) this.#onChange({ kind: "remove", path: source });
    if (target === null) return;
    // Written over, a link that was there would be followed.
    if (outcome.replaced) this.#onChange({ kind: "remove", path: target });
    this.#reportWhole(moved, target);
  }

  /** A node that came from outside the mount is new to the workspace, with all below it. */
  #reportWhole(node: TreeNode<ReplicaContent>, inside: string): void {
    if (node.kind === "file") {
      const content = node.content.bytes;
      if (content)
        this.#onChange({ kind: "write", path: inside, content, mode: node.mode, mtime: node.mtime });
    } else if (node.kind === "symlink") {
      this.#onChange({ kind: "symlink", path: inside, target: node.target });
    } else {
      this.#onChange({ kind: "mkdir", path: inside });
      if (node.mode !== 0o755) this.#onChange({ kind: "chmod", path: inside, mode: node.mode });
      for (const [name, child] of node.children) this.#reportWhole(child, `${inside}/${name}`);
    }
  }
}
