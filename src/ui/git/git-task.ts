import { createSignal, type Accessor } from "solid-js";

import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import type { PushResult, TransferOptions, TransferProgress } from "../../domain/git-remote.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { GitAccess, Okcvm, Session } from "../../vm/api.ts";
import { saveDocuments } from "../files/edit/documents.ts";
import { enGit } from "../texts/en-git.ts";
import { readAddress, readLastAddress, writeLastAddress } from "./address.ts";
import type { GitMode } from "./git-dialog-state.ts";
import { createFields, type FieldsState, type GitFields } from "./git-fields.ts";
import { problemOf, type GitProblem } from "./git-problem.ts";
import { nextProgress } from "./progress-words.ts";

/** How far it is. `watched` is false when another tab does it, which can be neither followed nor stopped. */
export type GitStage =
  | { kind: "form"; problem: GitProblem | null }
  | { kind: "running"; progress: TransferProgress | null; watched: boolean }
  | { kind: "imported"; snapshot: Snapshot; thenPush: boolean }
  | { kind: "pushed"; result: PushResult };

/** One import or push of a conversation: what was typed, how far it is, how it ended. It outlives the dialog. */
export interface GitTask extends Omit<FieldsState, "access" | "askToken"> {
  mode: Accessor<GitMode>;
  stage: Accessor<GitStage>;
  /** Resolves when it has ended, one way or the other; `stage` says how. */
  start: () => Promise<void>;
  cancel: () => void;
  /** After a refused push: the same repository's `branch` is to be imported, and then pushed to again. */
  importFirst: (branch: string) => void;
  pushAgain: () => Promise<void>;
}

/** Who does it: the machine's Git remotes, for one conversation. */
interface Parts {
  git: Okcvm["git"];
  session: Session;
}

const EMPTY: GitStage = { kind: "form", problem: null };

export function createGitTask(git: Okcvm["git"], session: Session, firstMode: GitMode): GitTask {
  const [mode, setMode] = createSignal(firstMode);
  const [stage, setStage] = createSignal<GitStage>(EMPTY);
  const { access, askToken, ...form } = createFields(readLastAddress(session.id));
  let pushAfter = false;
  let stop = new AbortController();
  const onProgress = (next: TransferProgress): void => {
    setStage((now) =>
      now.kind === "running" ? { ...now, progress: nextProgress(now.progress, next) } : now,
    );
  };
  const run = async (asked: GitAccess): Promise<void> => {
    let usesKept = false;
    try {
      usesKept = asked.token === undefined && (await git.hasToken(asked.url));
      const ended = await transfer({ git, session }, mode(), asked, { signal: stop.signal, onProgress });
      setStage(ended.kind === "imported" ? { ...ended, thenPush: pushAfter } : ended);
    } catch (error) {
      const value = toErrorValue(error);
      if (value.code === "unauthorized") askToken(usesKept);
      setStage({ kind: "form", problem: problemOf(told(value, mode()), asked.branch ?? "") });
    }
  };
  const start = async (): Promise<void> => {
    if (stage().kind === "running") return;
    const read = readAddress(form.fields().address);
    if (!read.ok) {
      setStage({ kind: "form", problem: { place: "address", error: read.error } });
      return;
    }
    form.tidyAddress();
    writeLastAddress(session.id, read.address);
    stop = new AbortController();
    setStage({ kind: "running", progress: null, watched: !session.following });
    await run(access());
  };
  return {
    ...form,
    mode,
    stage,
    edit: (patch) => {
      form.edit(patch);
      setStage((now) => withoutProblemOf(now, patch));
    },
    start,
    cancel: () => stop.abort(),
    importFirst: (branch) => {
      form.edit({ branch });
      pushAfter = true;
      setMode("import");
      setStage(EMPTY);
    },
    pushAgain: () => {
      pushAfter = false;
      setMode("push");
      return start();
    },
  };
}

async function transfer(
  { git, session }: Parts,
  mode: GitMode,
  access: GitAccess,
  options: TransferOptions,
): Promise<Extract<GitStage, { kind: "imported" | "pushed" }>> {
  // What is on the screen counts, also where the editor has not saved it yet.
  await saveDocuments(session.workspace, "");
  if (mode === "push") return { kind: "pushed", result: await git.push(session, access, options) };
  return { kind: "imported", snapshot: await git.import(session, access, options), thenPush: false };
}

/** What was cancelled is told by what it leaves behind. */
function told(error: ErrorValue, mode: GitMode): ErrorValue {
  return error.code === "aborted" ? { ...error, message: enGit.stopped[mode] } : error;
}

/** A problem goes when the field it is about is changed. */
function withoutProblemOf(stage: GitStage, patch: Partial<GitFields>): GitStage {
  if (stage.kind !== "form" || !stage.problem || !(stage.problem.place in patch)) return stage;
  return EMPTY;
}
