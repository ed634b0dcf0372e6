import Bookmark from "lucide-solid/icons/bookmark";
import { createSignal, type JSX } from "solid-js";

import type { Workspace } from "../../ports/workspace.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { saveSnapshot } from "./history-actions.ts";

const MAX_LENGTH = 200;

/** Keeps this moment, under a name when one is typed. */
export function SaveBar(props: { workspace: Workspace; running: boolean }): JSX.Element {
  const [name, setName] = createSignal("");
  const [saving, setSaving] = createSignal(false);
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (saving() || props.running) return;
    setSaving(true);
    if (await saveSnapshot(props.workspace, name())) setName("");
    setSaving(false);
  };
  return (
    <form class="save-bar" onSubmit={(event) => void save(event)}>
      <input
        class="input grow"
        aria-label={historyTexts.timeline.nameLabel}
        placeholder={historyTexts.timeline.namePlaceholder}
        maxlength={MAX_LENGTH}
        autocomplete="off"
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button
        type="submit"
        class="button"
        disabled={saving() || props.running}
        aria-label={historyTexts.timeline.save}
        title={props.running ? historyTexts.timeline.whileRunning : historyTexts.timeline.save}
      >
        <Bookmark size={15} />
        {historyTexts.timeline.saveShort}
      </button>
    </form>
  );
}
