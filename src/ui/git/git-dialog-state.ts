import { createSignal } from "solid-js";

/** import: a repository's files come here. push: the files and snapshots go there. */
export type GitMode = "import" | "push";

const [wanted, setWanted] = createSignal<GitMode | null>(null);

/** What the Git dialog is open for; null while it is shut. */
export const gitDialogMode = wanted;

/** Opens the dialog on the conversation in view. */
export function openGitDialog(mode: GitMode): void {
  setWanted(mode);
}

export function closeGitDialog(): void {
  setWanted(null);
}
