import type { Okcvm, Session } from "../../vm/api.ts";
import { showToast } from "../state/toasts.ts";
import { enGit } from "../texts/en-git.ts";
import { shownAddress } from "./address.ts";
import type { GitMode } from "./git-dialog-state.ts";
import { createGitTask, type GitTask } from "./git-task.ts";

const tasks = new WeakMap<Session, GitTask>();
/** Tasks that a dialog shows. */
const attended = new WeakSet<GitTask>();

/** The task a dialog shows for a conversation: one that is under way, one that failed unseen, else a new one. */
export function attendTask(git: Okcvm["git"], session: Session, mode: GitMode): GitTask {
  const old = tasks.get(session);
  const kept = old && (isUnderWay(old) || (hasFailed(old) && old.mode() === mode)) ? old : null;
  const task = kept ?? createGitTask(git, session, mode);
  tasks.set(session, task);
  attended.add(task);
  return task;
}

/** The dialog is gone. What is under way goes on; anything else is forgotten, with what was typed. */
export function leaveTask(session: Session): void {
  const task = tasks.get(session);
  if (!task) return;
  attended.delete(task);
  if (!isUnderWay(task)) tasks.delete(session);
}

/** Where a person gets from a toast. */
export interface Ways {
  /** Shows the dialog of the task's conversation. */
  show: (mode: GitMode) => void;
  /** Shows a snapshot of the task's conversation in its timeline. */
  seeSnapshot: (id: string) => void;
}

/** Tells how a task has ended, when no dialog is open to show it. */
export function tellUnattended(session: Session, task: GitTask, ways: Ways): void {
  if (attended.has(task)) return;
  const stage = task.stage();
  const address = shownAddress(task.fields().address);
  if (stage.kind === "form" && stage.problem) {
    const mode = task.mode();
    showToast({
      text: enGit.failed[mode](address, stage.problem.error.message),
      tone: "danger",
      action: { label: enGit.show, run: () => ways.show(mode) },
    });
    return;
  }
  tasks.delete(session);
  if (stage.kind === "imported") {
    const { id } = stage.snapshot;
    showToast({
      text: enGit.imported(address),
      action: { label: enGit.seeInTimeline, run: () => ways.seeSnapshot(id) },
    });
  } else if (stage.kind === "pushed") showToast({ text: enGit.pushed(address) });
}

function isUnderWay(task: GitTask): boolean {
  return task.stage().kind === "running";
}

function hasFailed(task: GitTask): boolean {
  const stage = task.stage();
  return stage.kind === "form" && stage.problem !== null;
}
