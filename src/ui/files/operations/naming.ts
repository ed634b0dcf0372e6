import { createSignal, type Accessor } from "solid-js";

import { toErrorValue } from "../../../domain/errors.ts";
import { parentOf } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import { joinPath } from "../inner-path.ts";
import { nameProblem } from "./names.ts";

/** A name that is being typed in the tree. */
export type Naming =
  | { kind: "file" | "folder"; folder: string }
  | { kind: "rename"; path: string; isFolder: boolean };

export interface NamingState {
  naming: Accessor<Naming | null>;
  begin: (naming: Naming) => void;
  /** `back`: the person left the field by a key, so the focus goes back to the tree. */
  cancel: (options: { back: boolean }) => void;
  /** Does what was typed for; answers what stands against it, and the field stays. */
  commit: (typed: string) => Promise<string | null>;
}

/** `onDone` gets the path that was made or that a file has now. */
export function createNaming(options: {
  workspace: Workspace;
  /** Keeps what an open editor at or below a path has not saved. */
  save: (path: string) => Promise<void>;
  onDone: (path: string, naming: Naming) => void;
  onBack: (naming: Naming) => void;
}): NamingState {
  const [naming, setNaming] = createSignal<Naming | null>(null);
  const commit = async (typed: string): Promise<string | null> => {
    const wanted = naming();
    if (!wanted) return null;
    const problem = nameProblem(typed, { path: wanted.kind !== "rename" });
    if (problem !== null) return problem;
    const name = typed.trim();
    try {
      const path = joinPath(wanted.kind === "rename" ? parentOf(wanted.path) : wanted.folder, name);
      const same = wanted.kind === "rename" && path === wanted.path;
      if (!same && (await options.workspace.stat(path))) return filesTexts.nameTaken(name);
      if (!same) await carryOut(options, wanted, path);
      // Another field may have been opened while this one was at work.
      setNaming((now) => (now === wanted ? null : now));
      options.onDone(path, wanted);
      return null;
    } catch (error) {
      // The name stays in the field, with the reason.
      return toErrorValue(error).message;
    }
  };
  const cancel = ({ back }: { back: boolean }): void => {
    const left = naming();
    setNaming(null);
    if (back && left) options.onBack(left);
  };
  return { naming, begin: setNaming, cancel, commit };
}

async function carryOut(
  options: { workspace: Workspace; save: (path: string) => Promise<void> },
  naming: Naming,
  path: string,
): Promise<void> {
  if (naming.kind === "rename") {
    await options.save(naming.path);
    await options.workspace.rename(naming.path, path);
  } else if (naming.kind === "file") await options.workspace.write(path, "");
  else await options.workspace.mkdir(path);
}
