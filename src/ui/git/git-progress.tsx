import { createMemo, Show, type JSX } from "solid-js";

import { enGit } from "../texts/en-git.ts";
import { hostOf } from "./address.ts";
import type { GitTask } from "./git-task.ts";
import { progressWords, type ProgressWords } from "./progress-words.ts";

/** What is being done, and how far it is where that can be known. */
export function GitProgress(props: { task: GitTask }): JSX.Element {
  const words = createMemo((): ProgressWords => {
    const { task } = props;
    const stage = task.stage();
    if (stage.kind === "running" && !stage.watched)
      return { phase: enGit.progress.elsewhere[task.mode()], amount: "", share: null };
    const progress = stage.kind === "running" ? stage.progress : null;
    return progressWords(task.mode(), hostOf(task.fields().address) ?? "", progress);
  });
  return (
    <div class="git-progress">
      <p class="git-phase">
        {/* The numbers stay out of what is read aloud: they change many times a second. */}
        <span role="status">{words().phase}</span>
        <span class="quiet numbers" aria-hidden="true">
          {words().amount}
        </span>
      </p>
      <Bar label={enGit.progress.label[props.task.mode()]} words={words()} />
      <p class="small quiet">{enGit.progress.closing}</p>
    </div>
  );
}

/** Without a known end something moves, and no number is claimed. */
function Bar(props: { label: string; words: ProgressWords }): JSX.Element {
  const percent = (): number | undefined =>
    props.words.share === null ? undefined : Math.round(props.words.share * 100);
  return (
    <div
      class="meter"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={percent() === undefined ? undefined : 0}
      aria-valuemax={percent() === undefined ? undefined : 100}
      aria-valuenow={percent()}
      aria-valuetext={props.words.amount || undefined}
      data-endless={percent() === undefined}
    >
      <Show when={percent() !== undefined} fallback={<span />}>
        <span style={{ width: `${percent()}%` }} />
      </Show>
    </div>
  );
}
