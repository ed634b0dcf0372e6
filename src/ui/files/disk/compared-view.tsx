import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";

import type { DiskComparison, DiskDifference, LinkedFolder } from "../../../vm/disk/api.ts";
import { PaneState } from "../../parts/pane-state.tsx";
import { diskTexts } from "../../texts/disk-texts.ts";
import { confirmedBy, type Choice, type Choices } from "./choices.ts";
import { DifferenceSection, type SectionContext } from "./difference-section.tsx";
import type { DiskFlow } from "./disk-flow.ts";
import { SkippedView } from "./report-view.tsx";

/** Conflicts come first: they wait for the person. */
const SECTIONS = [
  { changed: "both", title: diskTexts.both, hint: diskTexts.bothHint },
  { changed: "here", title: diskTexts.here, hint: diskTexts.hereHint },
  { changed: "disk", title: diskTexts.onDisk, hint: diskTexts.onDiskHint },
] as const;

/** Every difference with what is to become of it, and the two buttons that do it. */
export function ComparedView(props: {
  folder: LinkedFolder;
  comparison: DiskComparison;
  flow: DiskFlow;
  running: boolean;
}): JSX.Element {
  const [choices, setChoices] = createSignal<Choices>(new Map());
  const differences = (): DiskDifference[] => props.comparison.differences;
  // Another comparison is about other versions: nothing of it was confirmed.
  createEffect(on(differences, () => setChoices(new Map()), { defer: true }));
  const context: SectionContext = {
    folder: () => props.folder,
    choices,
    choose: (paths, choice) =>
      setChoices((old) => new Map([...old, ...paths.map((path): [string, Choice] => [path, choice])])),
  };
  return (
    <>
      <Notes flow={props.flow} running={props.running} />
      <div class="disk-scroll">
        <Show
          when={differences().length > 0}
          fallback={
            <PaneState
              title={diskTexts.sameTitle}
              text={diskTexts.same(props.folder.name, props.comparison.same)}
            />
          }
        >
          <For each={SECTIONS}>
            {({ changed, title, hint }) => (
              <DifferenceSection
                title={title}
                hint={hint}
                files={differences().filter((one) => one.changed === changed)}
                {...context}
              />
            )}
          </For>
        </Show>
        <SkippedView skipped={props.comparison.skipped} />
      </div>
      <Show when={differences().length > 0}>
        <Foot flow={props.flow} differences={differences()} choices={choices()} />
      </Show>
    </>
  );
}

function Notes(props: { flow: DiskFlow; running: boolean }): JSX.Element {
  return (
    <Show when={props.flow.changed() || props.running}>
      <p class="disk-note" role="status">
        {props.running ? diskTexts.agentWorks : diskTexts.changedSince}{" "}
        <button type="button" class="text-button" onClick={() => void props.flow.compare()}>
          {diskTexts.compareAgain}
        </button>
      </p>
    </Show>
  );
}

function Foot(props: {
  flow: DiskFlow;
  differences: readonly DiskDifference[];
  choices: Choices;
}): JSX.Element {
  const confirmed = createMemo(() => confirmedBy(props.choices, props.differences));
  const writes = (): number => confirmed().write.filter(({ here }) => here !== null).length;
  const takes = (): number => confirmed().take.filter(({ disk }) => disk !== null).length;
  const canTake = (): boolean => props.differences.some(({ changed }) => changed !== "here");
  const canWrite = (): boolean => props.differences.some(({ changed }) => changed !== "disk");
  return (
    <div class="disk-foot">
      <Show when={canTake()}>
        <button
          type="button"
          class="button"
          classList={{ primary: !canWrite() }}
          disabled={confirmed().take.length === 0}
          onClick={() => void props.flow.take(confirmed().take)}
        >
          {diskTexts.take(takes(), confirmed().take.length - takes())}
        </button>
      </Show>
      <Show when={canWrite()}>
        <button
          type="button"
          class="button primary"
          disabled={confirmed().write.length === 0}
          onClick={() => void props.flow.write(confirmed().write)}
        >
          {diskTexts.write(writes(), confirmed().write.length - writes())}
        </button>
      </Show>
    </div>
  );
}
