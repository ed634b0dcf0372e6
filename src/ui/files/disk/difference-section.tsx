import { createEffect, createSignal, createUniqueId, For, Show, type Accessor, type JSX } from "solid-js";

import type { DiskDifference, LinkedFolder } from "../../../vm/disk/api.ts";
import { WhenSeen } from "../../diff/when-seen.tsx";
import { diskTexts } from "../../texts/disk-texts.ts";
import { t } from "../../texts/texts.ts";
import { choiceOf, tickOf, type Choice, type Choices } from "./choices.ts";
import { DifferenceRow } from "./difference-row.tsx";

/** Rows drawn at once. */
const PAGE = 100;

/** What all sections share. */
export interface SectionContext {
  folder: Accessor<LinkedFolder>;
  choices: Accessor<Choices>;
  choose: (paths: readonly string[], choice: Choice) => void;
}

/** Files that differ in the same way. Conflicts have no tick for all: each is a choice of its own. */
export function DifferenceSection(
  props: SectionContext & { title: string; hint: string; files: readonly DiskDifference[] },
): JSX.Element {
  const titleId = createUniqueId();
  const [limit, setLimit] = createSignal(PAGE);
  const conflicts = (): boolean => props.files[0]?.changed === "both";
  return (
    <Show when={props.files.length > 0}>
      <section class="disk-section" aria-labelledby={titleId}>
        <header>
          <Show when={!conflicts()}>
            <AllTick {...props} />
          </Show>
          <h3 id={titleId}>
            {props.title} <span class="quiet numbers">{props.files.length.toLocaleString(t.locale)}</span>
          </h3>
          <p class="small quiet">{props.hint}</p>
        </header>
        <ul class="plain">
          <For each={props.files.slice(0, limit())}>
            {(file) => (
              <DifferenceRow
                file={file}
                folder={props.folder()}
                choice={choiceOf(props.choices(), file)}
                onChoose={(choice) => props.choose([file.path], choice)}
              />
            )}
          </For>
        </ul>
        <Show when={limit() < props.files.length}>
          <WhenSeen
            label={diskTexts.moreFiles}
            onSeen={() => setLimit((now) => now + PAGE)}
            round={limit()}
          />
        </Show>
      </section>
    </Show>
  );
}

function AllTick(props: SectionContext & { title: string; files: readonly DiskDifference[] }): JSX.Element {
  let box!: HTMLInputElement;
  const ticked = (): number =>
    props.files.filter((file) => choiceOf(props.choices(), file) === tickOf(file)).length;
  createEffect(() => {
    box.checked = ticked() === props.files.length;
    box.indeterminate = ticked() > 0 && ticked() < props.files.length;
  });
  const onChange = (on: boolean): void => {
    const first = props.files[0];
    if (!first) return;
    props.choose(
      props.files.map(({ path }) => path),
      on ? tickOf(first) : "leave",
    );
  };
  return (
    <label class="disk-tick">
      <input
        ref={(element) => (box = element)}
        type="checkbox"
        aria-label={diskTexts.all(props.title)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
