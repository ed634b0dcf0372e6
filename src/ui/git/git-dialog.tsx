import { Match, onCleanup, Show, Switch, type JSX } from "solid-js";

import { Dialog } from "../parts/dialog.tsx";
import { useApp } from "../state/app-context.ts";
import type { AppState } from "../state/app-state.ts";
import { revealSnapshot } from "../state/reveal-snapshot.ts";
import type { SessionState } from "../state/session-state.ts";
import { enGit } from "../texts/en-git.ts";
import { attendTask, leaveTask, tellUnattended, type Ways } from "./attended-tasks.ts";
import { closeGitDialog, gitDialogMode, openGitDialog } from "./git-dialog-state.ts";
import { ImportDone, PushDone } from "./git-done.tsx";
import { GitForm } from "./git-form.tsx";
import type { GitStage } from "./git-task.ts";

/** Imports from a Git repository and pushes to one, for the conversation in view. */
export function GitDialog(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.session()} keyed fallback={<NoConversation />}>
      {(state) => <SessionDialog app={app} state={state} />}
    </Show>
  );
}

function NoConversation(): JSX.Element {
  return (
    <Dialog title={enGit.title[gitDialogMode() ?? "import"]} class="git-dialog" onClose={closeGitDialog}>
      <p class="git-body quiet">{enGit.noConversation}</p>
    </Dialog>
  );
}

function SessionDialog(props: { app: AppState; state: SessionState }): JSX.Element {
  const { app } = props;
  const { session } = props.state;
  const task = attendTask(app.okcvm.git, session, gitDialogMode() ?? "import");
  onCleanup(() => leaveTask(session));
  const ways: Ways = {
    show: (mode) => void app.open(session.id).then(() => openGitDialog(mode)),
    seeSnapshot: (id) => void app.open(session.id).then(() => seeSnapshot(app, id)),
  };
  const run = async (begin: () => Promise<void>): Promise<void> => {
    await begin();
    tellUnattended(session, task, ways);
  };
  const see = (id: string): void => {
    closeGitDialog();
    seeSnapshot(app, id);
  };
  return (
    <Dialog title={enGit.title[task.mode()]} class="git-dialog" onClose={closeGitDialog}>
      <Switch
        fallback={
          <GitForm
            task={task}
            session={session}
            agentRunning={props.state.running()}
            onStart={() => void run(task.start)}
          />
        }
      >
        <Match when={ofKind(task.stage(), "imported")} keyed>
          {(stage) => (
            <ImportDone
              workspace={session.workspace}
              address={task.fields().address}
              snapshot={stage.snapshot}
              thenPush={stage.thenPush}
              onSee={() => see(stage.snapshot.id)}
              onPush={() => void run(task.pushAgain)}
            />
          )}
        </Match>
        <Match when={ofKind(task.stage(), "pushed")} keyed>
          {(stage) => <PushDone address={task.fields().address} result={stage.result} />}
        </Match>
      </Switch>
    </Dialog>
  );
}

function seeSnapshot(app: AppState, id: string): void {
  revealSnapshot(id);
  // The first page leaves no room for the timeline.
  app.setWelcoming(false);
  app.layout.showPane("timeline");
}

function ofKind<Kind extends GitStage["kind"]>(
  stage: GitStage,
  kind: Kind,
): Extract<GitStage, { kind: Kind }> | null {
  return stage.kind === kind ? (stage as Extract<GitStage, { kind: Kind }>) : null;
}
