import { createEffect, createMemo, on, onMount, Show, type JSX } from "solid-js";

import type { ErrorValue } from "../../domain/errors.ts";
import type { Session } from "../../vm/api.ts";
import { Field } from "../parts/field.tsx";
import { createLoad } from "../state/load.ts";
import { createOnline } from "../state/media.ts";
import { t } from "../texts/texts.ts";
import { enGit } from "../texts/en-git.ts";
import { closeGitDialog } from "./git-dialog-state.ts";
import type { GitProblem, ProblemPlace } from "./git-problem.ts";
import { GitProgress } from "./git-progress.tsx";
import type { GitStage, GitTask } from "./git-task.ts";
import { TokenPart } from "./token-part.tsx";

/** What gets the focus: the field a problem is about, or what the person would press next. */
type Places = Partial<Record<ProblemPlace | "start", HTMLElement>>;

/** Where from or where to; the same form stays while it is done and when it failed. */
export function GitForm(props: {
  task: GitTask;
  session: Session;
  agentRunning: boolean;
  onStart: () => void;
}): JSX.Element {
  const { task, session } = props;
  const places: Places = {};
  const running = createMemo(() => task.stage().kind === "running");
  const problem = createMemo(() => problemIn(task.stage()));
  const problemAt = (place: ProblemPlace): string | null =>
    problem()?.place === place ? (problem()?.error.message ?? null) : null;
  createEffect(on(problem, (found) => queueMicrotask(() => focusNext(places, found))));
  const branchHere = createLoad(
    () => session,
    async ({ workspace }) => (await workspace.branches()).find((branch) => branch.current)?.name,
  );
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!props.agentRunning) props.onStart();
  };
  return (
    <form class="git-body stack" onSubmit={submit} novalidate>
      <p class="git-about">{enGit.about[task.mode()]}</p>
      <fieldset class="git-fields stack" disabled={running()}>
        <AddressField task={task} problem={problemAt("address")} places={places} />
        <BranchField
          task={task}
          problem={problemAt("branch")}
          here={branchHere.value()}
          placeRef={(element) => (places.branch = element)}
        />
        <TokenPart
          task={task}
          problem={problemAt("token")}
          inputRef={(element) => (places.token = element)}
        />
      </fieldset>
      <Show when={running()} fallback={<Notes {...props} places={places} here={branchHere.value() ?? ""} />}>
        <GitProgress task={task} />
      </Show>
      <Show when={running()} fallback={<StartButtons {...props} places={places} />}>
        <StopButtons task={task} />
      </Show>
    </form>
  );
}

function focusNext(places: Places, problem: GitProblem | null): void {
  const wanted = problem ? places[problem.place] : undefined;
  if (wanted?.isConnected) wanted.focus();
  // What had the focus is gone.
  else if (document.activeElement === document.body) places.start?.focus();
}

function problemIn(stage: GitStage): GitProblem | null {
  return stage.kind === "form" ? stage.problem : null;
}

function AddressField(props: { task: GitTask; problem: string | null; places: Places }): JSX.Element {
  const { task } = props;
  return (
    <Field label={enGit.address} problem={props.problem}>
      {(id) => (
        <input
          ref={(element) => (props.places.address = element)}
          id={id}
          class="input"
          inputmode="url"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          autofocus
          placeholder={enGit.addressExample}
          value={task.fields().address}
          aria-invalid={props.problem !== null}
          onInput={(event) => task.edit({ address: event.currentTarget.value })}
          onChange={() => task.tidyAddress()}
        />
      )}
    </Field>
  );
}

function BranchField(props: {
  task: GitTask;
  problem: string | null;
  /** The workspace's own branch, which a push goes to when none is typed. */
  here: string | undefined;
  placeRef: (element: HTMLElement) => void;
}): JSX.Element {
  const { task } = props;
  const example = (): string =>
    task.mode() === "push" ? (props.here ?? enGit.branchExample.push) : enGit.branchExample.import;
  return (
    <Field
      label={enGit.branch}
      hint={task.mode() === "push" ? enGit.branchHint : undefined}
      problem={props.problem}
    >
      {(id) => (
        <input
          ref={(element) => props.placeRef(element)}
          id={id}
          class="input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={example()}
          value={task.fields().branch}
          aria-invalid={props.problem !== null}
          onInput={(event) => task.edit({ branch: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

/** Why it failed last, when no field is to blame, and what keeps it from starting. */
function Notes(props: { task: GitTask; agentRunning: boolean; places: Places; here: string }): JSX.Element {
  const online = createOnline();
  const failure = createMemo(() => {
    const problem = problemIn(props.task.stage());
    return problem?.place === "form" ? problem.error : null;
  });
  return (
    <>
      <Show when={failure()}>{(error) => <Failure {...props} error={error()} />}</Show>
      <Show when={!online()}>
        <p class="status" data-tone="warning" role="status">
          {enGit.offline}
        </p>
      </Show>
      <Show when={props.agentRunning}>
        <p class="status" data-tone="warning" role="status">
          {enGit.whileRunning[props.task.mode()]}
        </p>
      </Show>
    </>
  );
}

function Failure(props: { task: GitTask; error: ErrorValue; places: Places; here: string }): JSX.Element {
  const { task } = props;
  const cancelled = (): boolean => props.error.code === "aborted";
  return (
    <div
      class="status"
      data-tone={cancelled() ? "warning" : "danger"}
      role={cancelled() ? "status" : "alert"}
    >
      <p>{props.error.message}</p>
      <Show when={props.error.code === "push-rejected"}>
        <div>
          <button
            ref={(element) => (props.places.form = element)}
            type="button"
            class="button"
            onClick={() => task.importFirst(task.fields().branch.trim() || props.here)}
          >
            {enGit.importFirst}
          </button>
        </div>
      </Show>
    </div>
  );
}

function StartButtons(props: { task: GitTask; agentRunning: boolean; places: Places }): JSX.Element {
  return (
    <div class="choice-buttons">
      <button type="button" class="button bare" onClick={closeGitDialog}>
        {t.close}
      </button>
      <button
        ref={(element) => (props.places.start = element)}
        type="submit"
        class="button primary"
        disabled={props.agentRunning}
      >
        {enGit.start[props.task.mode()]}
      </button>
    </div>
  );
}

/** In the place of the others: closing leaves it going, cancelling ends it. */
function StopButtons(props: { task: GitTask }): JSX.Element {
  let first!: HTMLButtonElement;
  const watched = (): boolean => {
    const stage = props.task.stage();
    return stage.kind === "running" && stage.watched;
  };
  // What had the focus is gone.
  onMount(() => first.focus());
  return (
    <div class="choice-buttons">
      <Show
        when={watched()}
        fallback={
          <button ref={(element) => (first = element)} type="button" class="button" onClick={closeGitDialog}>
            {t.close}
          </button>
        }
      >
        <button
          ref={(element) => (first = element)}
          type="button"
          class="button"
          onClick={() => props.task.cancel()}
        >
          {enGit.stop[props.task.mode()]}
        </button>
      </Show>
    </div>
  );
}
