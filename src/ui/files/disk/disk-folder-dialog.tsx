import FolderX from "lucide-solid/icons/folder-x";
import FolderSync from "lucide-solid/icons/folder-sync";
import LockKeyhole from "lucide-solid/icons/lock-keyhole";
import { createEffect, Match, on, Show, Switch, type JSX } from "solid-js";

import { Dialog } from "../../parts/dialog.tsx";
import { PaneState, Skeleton } from "../../parts/pane-state.tsx";
import { useApp } from "../../state/app-context.ts";
import type { SessionState } from "../../state/session-state.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import { t } from "../../texts/texts.ts";
import { downloadFiles } from "../../timeline/history-actions.ts";
import { BusyView } from "./busy-view.tsx";
import { ComparedView } from "./compared-view.tsx";
import { DiskFlow, type Stage } from "./disk-flow.ts";
import { FolderBar } from "./folder-bar.tsx";
import { FoundView } from "./found-view.tsx";
import { ReportView } from "./report-view.tsx";
import "./disk.css";

/** Brings a folder of the person's own disk here, shows what differs, and writes what they confirm. */
export function DiskFolderDialog(props: { session: SessionState; onClose: () => void }): JSX.Element {
  const app = useApp();
  const flow = new DiskFlow(app.okcvm.disk, props.session.session);
  let body!: HTMLDivElement;
  // What had the focus is gone with its stage: the keyboard goes on here.
  createEffect(
    on(
      () => [flow.stage(), flow.busy() === null],
      () => {
        if (document.activeElement === document.body) body.focus();
      },
      { defer: true },
    ),
  );
  const download = (): void =>
    void downloadFiles(props.session.session.workspace, app.current()?.title ?? "");
  return (
    <Dialog class="disk-dialog" title={diskTexts.title} onClose={() => props.onClose()}>
      <div ref={(element) => (body = element)} class="disk-body" tabindex={-1}>
        <Show when={flow.linked}>{(folder) => <FolderBar folder={folder()} flow={flow} />}</Show>
        <ReportView report={flow.report()} />
        <Show when={!flow.busy()} fallback={<BusyView busy={flow.busy()} />}>
          <StageView flow={flow} session={props.session} onZip={download} />
        </Show>
      </div>
    </Dialog>
  );
}

interface StageProps {
  flow: DiskFlow;
  session: SessionState;
  onZip: () => void;
}

function StageView(props: StageProps): JSX.Element {
  const stageOf = <Kind extends Stage["kind"]>(kind: Kind): Extract<Stage, { kind: Kind }> | undefined => {
    const stage = props.flow.stage();
    return stage.kind === kind ? (stage as Extract<Stage, { kind: Kind }>) : undefined;
  };
  return (
    <Switch>
      <Match when={stageOf("loading")}>
        <Skeleton label={t.loading} />
      </Match>
      <Match when={stageOf("unsupported")}>
        <PaneState
          icon={<FolderX size={22} />}
          title={diskTexts.unsupportedTitle}
          text={diskTexts.unsupported}
          action={{ label: diskTexts.zip, run: props.onZip }}
        />
      </Match>
      <Match when={stageOf("none")}>
        <NoneView onChoose={() => void props.flow.choose()} />
      </Match>
      <Match when={stageOf("asleep")}>
        {(stage) => (
          <PaneState
            icon={<LockKeyhole size={22} />}
            title={diskTexts.asleepTitle(stage().folder.name)}
            text={diskTexts.asleep}
            action={{ label: diskTexts.allow, run: () => void props.flow.allow() }}
          />
        )}
      </Match>
      <Match when={stageOf("failed")}>
        {(stage) => (
          <PaneState
            alert
            text={stage().error.message}
            action={{ label: t.retry, run: () => stage().retry() }}
          />
        )}
      </Match>
      <Match when={stageOf("found")}>
        {(stage) => <FoundView chosen={stage().chosen} look={stage().look} flow={props.flow} />}
      </Match>
      <Match when={stageOf("compared")}>
        {(stage) => (
          <ComparedView
            folder={stage().folder}
            comparison={stage().comparison}
            flow={props.flow}
            running={props.session.running()}
          />
        )}
      </Match>
    </Switch>
  );
}

function NoneView(props: { onChoose: () => void }): JSX.Element {
  return (
    <div class="state">
      <FolderSync size={22} />
      <h2>{diskTexts.noneTitle}</h2>
      <p>{diskTexts.none}</p>
      <button type="button" class="button primary" onClick={() => props.onChoose()}>
        {diskTexts.choose}
      </button>
      <p class="disk-fine">{diskTexts.leftOutNote}</p>
    </div>
  );
}
