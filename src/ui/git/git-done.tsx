import CircleCheck from "lucide-solid/icons/circle-check";
import ExternalLink from "lucide-solid/icons/external-link";
import RotateCcwClock from "lucide-solid/icons/rotate-ccw-clock";
import { onMount, Show, type JSX } from "solid-js";

import type { PushResult } from "../../domain/git-remote.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { createLoad } from "../state/load.ts";
import { t } from "../texts/texts.ts";
import { enGit } from "../texts/en-git.ts";
import { pageOf, shownAddress } from "./address.ts";
import { closeGitDialog } from "./git-dialog-state.ts";

/** As much of a commit's id as people use. */
const SHORT_ID = 10;

/** What came, and where to look at it. */
export function ImportDone(props: {
  workspace: Workspace;
  address: string;
  snapshot: Snapshot;
  /** It was done for the sake of a push. */
  thenPush: boolean;
  onSee: () => void;
  onPush: () => void;
}): JSX.Element {
  const files = createLoad(
    () => props.snapshot,
    (snapshot) => countFiles(props.workspace, snapshot),
  );
  const words = (): string => {
    const count = files.value();
    const address = shownAddress(props.address);
    return count === undefined ? enGit.imported(address) : enGit.importedFiles(count, address);
  };
  const hint = (): string => {
    const hints = files.value() === 0 ? enGit.importedSameHint : enGit.importedHint;
    return props.thenPush ? hints.thenPush : hints.alone;
  };
  return (
    <Done words={words()}>
      <p class="small quiet">{hint()}</p>
      <DoneButtons closes={!props.thenPush}>
        <button type="button" class="button" onClick={() => props.onSee()}>
          <RotateCcwClock size={15} />
          {enGit.seeInTimeline}
        </button>
        <Show when={props.thenPush}>
          <button type="button" class="button primary" onClick={() => props.onPush()}>
            {enGit.pushAgain}
          </button>
        </Show>
      </DoneButtons>
    </Done>
  );
}

/** Where no files were before, the repository's own commit is the newest: all of its files came, not only those it changed. */
async function countFiles(workspace: Workspace, snapshot: Snapshot): Promise<number> {
  if (snapshot.kind === "import") return snapshot.changed;
  return (await workspace.diff(null, snapshot.id, { lines: false })).length;
}

/** Where it went, and a way there. */
export function PushDone(props: { address: string; result: PushResult }): JSX.Element {
  const words = (): string => {
    const address = shownAddress(props.address);
    return props.result.moved ? enGit.pushed(address) : enGit.pushedSame(address);
  };
  return (
    <Done words={words()}>
      <dl class="facts git-facts">
        <dt>{enGit.pushedBranch}</dt>
        <dd class="git-name">{props.result.branch}</dd>
        <dt>{enGit.pushedCommit}</dt>
        <dd class="row">
          <code title={props.result.commit}>{props.result.commit.slice(0, SHORT_ID)}</code>
          <CopyButton label={t.copy} text={() => props.result.commit} />
        </dd>
      </dl>
      <DoneButtons closes>
        <Show when={pageOf(props.address)}>
          {(page) => (
            <a class="button git-link" href={page()} target="_blank" rel="noopener noreferrer">
              <ExternalLink size={15} />
              {enGit.openRepository}
            </a>
          )}
        </Show>
      </DoneButtons>
    </Done>
  );
}

function Done(props: { words: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="git-body stack">
      <p class="git-done" role="status">
        <CircleCheck size={18} />
        <span>{props.words}</span>
      </p>
      {props.children}
    </div>
  );
}

/** `closes` adds the button that closes the dialog, where nothing else is to be done. */
function DoneButtons(props: { closes: boolean; children: JSX.Element }): JSX.Element {
  let row!: HTMLDivElement;
  // What had the focus is gone.
  onMount(() => row.querySelector<HTMLElement>("button, a")?.focus());
  return (
    <div ref={(element) => (row = element)} class="choice-buttons">
      <Show when={props.closes}>
        <button type="button" class="button" onClick={closeGitDialog}>
          {t.close}
        </button>
      </Show>
      {props.children}
    </div>
  );
}
